-- purpose: the events that are stored now and say something about a user's factors or password, or a pool
-- parameters: none
-- grain: one row per event
-- columns: those of event that tell it
create or replace temp table touched as
select
    event_id, event_time, account_id, aws_region, event_name, pool_id, sub, step, factor, outcome, recovery_kind,
    totp_switch, sms_switch, email_switch, passkey_switch,
    totp_preferred, sms_preferred, email_preferred, passkey_preferred,
    direction_unknown, mfa_configuration, actor_type, actor_name, actor_session, is_phone_change
from event
limit 0
