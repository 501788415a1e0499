-- purpose: keep aside the new events whose pool is not known
-- parameters: none
-- grain: one row per event
insert into held_event by name
select
    new_event.event_id, event_time, account_id, aws_region, event_name, vocabulary, batch.pool_id,
    batch.client_id, new_event.sub, challenge_name, issued_challenge, auth_flow, step, factor,
    event_outcome as outcome, reason, error_code, sign_in, recovery_kind,
    totp_switch, sms_switch, email_switch, passkey_switch,
    totp_preferred, sms_preferred, email_preferred, passkey_preferred,
    direction_unknown, lookup_hint, is_billable, mfa_configuration,
    actor_type, actor_name, actor_session,
    agent,
    network, sms_purpose, is_resend, code_accepted, send_error, is_phone_change
from new_event
join batch on new_event.position = batch.position
anti join settled on new_event.event_id = settled.event_id
