-- purpose: user-pool records of the trail
-- parameters: none
-- grain: one row per record (eventID)
-- evidence: CloudTrail; raw rows stay for the configured retention, totals in counts_by_day for good
-- day: event_time
-- columns:
--   event_id: eventID
--   event_time: when the request completed
--   account_id: AWS account
--   aws_region: where the call ran
--   event_name: eventName
--   vocabulary: api, hosted_ui or managed_login
--   pool_id: user pool; 'unknown' where neither record, client nor user tells
--   pool_evidence: how the pool is known: record, client, sub or none
--   client_id: app client
--   sub: the user; null where the record names none
--   step: the part played in a sign-in
--   factor: the factor answered, before its context is known
--   outcome: success, failure or undetermined
--   reason: why it did not succeed
--   error_code: errorCode
--   challenge_name: the challenge that was answered
--   issued_challenge: the challenge that was issued
--   auth_flow: AuthFlow
--   sign_in: api or ui where tokens were issued; refreshes are none
--   recovery_kind: the kind of recovery that was attempted
--   mfa_configuration: what a call set the pool to
--   agent: client software and release; 'other' beyond those that completed a sign-in
--   actor_type: kind of principal of an administrator's call
--   actor_name: role or user of an administrator's call
--   actor_session: keyed hash of the session's name, unless user names are kept
--   sms_purpose: a code was asked for by text message, for this purpose
--   is_resend: it was asked for again
--   code_accepted: a code of this purpose was answered correctly
--   send_error: why a text message could not even be sent
--   lookup_hint: factors changed in a way the record does not tell
--   is_billable: the call makes its user a monthly active user
--   is_phone_change: a phone number was changed
--   totp_switch: switched on (true) or off (false)
--   sms_switch: switched on (true) or off (false)
--   email_switch: switched on (true) or off (false)
--   passkey_switch: switched on (true) or off (false)
--   totp_preferred: made the preferred factor (true) or not (false)
--   sms_preferred: made the preferred factor (true) or not (false)
--   email_preferred: made the preferred factor (true) or not (false)
--   passkey_preferred: made the preferred factor (true) or not (false)
--   direction_unknown: a preference was changed, the record does not tell how
create or replace view public.events as
select
    event_id, event_time, account_id, aws_region, event_name, vocabulary, pool_id, pool_evidence, client_id, sub, step,
    factor, outcome, reason, error_code, challenge_name, issued_challenge, auth_flow, sign_in, recovery_kind,
    mfa_configuration, agent, actor_type, actor_name, actor_session, sms_purpose, is_resend, code_accepted, send_error,
    lookup_hint, is_billable, is_phone_change, totp_switch, sms_switch, email_switch, passkey_switch, totp_preferred,
    sms_preferred, email_preferred, passkey_preferred, direction_unknown
from main.event
