-- purpose: why answers, recoveries and text messages fail, in plain words
-- parameters: none
-- grain: one row per place and reason
-- evidence: Cognito developer guide ("Managing errors", "Quotas"), SNS and AWS End User Messaging guides
-- columns:
--   place: challenge, sms or send: where the reason comes up; reasons of recovery are among the challenge ones
--   reason: as in events, challenge_sessions, sms_messages and the counts
--   meaning: what it means
create or replace view public.reasons as
select place, reason, meaning
from (
    values
    ('challenge', 'code_mismatch', 'wrong code'),
    ('challenge', 'code_expired', 'code too old'),
    ('challenge', 'code_replayed', 'authenticator code used a second time'),
    ('challenge', 'session_expired', 'answered too late'),
    ('challenge', 'session_invalid', 'session not known, or used before'),
    ('challenge', 'attempts_exceeded', 'locked out after repeated attempts'),
    ('challenge', 'throttled', 'AWS request quota reached'),
    ('challenge', 'waf', 'blocked by AWS WAF'),
    ('challenge', 'lambda', 'a Lambda trigger failed'),
    ('challenge', 'config', 'the set-up does not allow it'),
    ('challenge', 'user_state', 'the user may not sign in or recover now'),
    ('challenge', 'undetermined', 'records do not tell how it ended'),
    ('challenge', 'limit_exceeded', 'limit of attempts at recovery reached'),
    ('challenge', 'no_channel', 'no channel to recover by'),
    ('challenge', 'denied', 'refused by IAM or WAF'),
    ('challenge', 'other', 'an error that mfascope does not know'),
    ('sms', 'spam', 'the carrier takes it for spam'),
    ('sms', 'blocked_destination', 'the number is on a list of blocked destinations'),
    ('sms', 'invalid_number', 'no such number'),
    ('sms', 'invalid_message', 'the text was refused'),
    ('sms', 'carrier_blocked', 'the carrier blocked it'),
    ('sms', 'carrier_unreachable', 'the carrier cannot be reached'),
    ('sms', 'phone_blocked', 'the phone blocks text messages'),
    ('sms', 'phone_blocklist', 'the phone is on a blocked list'),
    ('sms', 'phone_unreachable', 'the phone is off or out of reach'),
    ('sms', 'opted_out', 'the owner of the number opted out'),
    ('sms', 'max_price', 'dearer than the highest price allowed'),
    ('sms', 'spend_limit', 'the month''s spend limit is reached'),
    ('sms', 'ttl_expired', 'not delivered while it was worth delivering'),
    ('sms', 'protect_blocked', 'blocked by a protect configuration of the account'),
    ('sms', 'unknown', 'the carrier gives no reason'),
    ('sms', 'other', 'a response that mfascope has no name for'),
    ('send', 'role_policy', 'the role for text messages may not publish'),
    ('send', 'role_trust', 'the role for text messages does not trust Cognito'),
    ('send', 'delivery_failure', 'Cognito could not hand the message over'),
    ('send', 'notification', 'Cognito''s own log says that it could not be sent'),
    ('send', 'sandbox', 'the account is in the SMS sandbox')
) as known(place, reason, meaning)
