-- purpose: held events that are stored now are among the touched ones
-- parameters: none
-- grain: one row per event
insert into touched by name
select
    held_event.event_id, event_time, account_id, aws_region, event_name, settled.pool_id, held_event.sub, step, factor, outcome,
    recovery_kind,
    totp_switch, sms_switch, email_switch, passkey_switch,
    totp_preferred, sms_preferred, email_preferred, passkey_preferred,
    direction_unknown, mfa_configuration, actor_type, actor_name, actor_session, is_phone_change
from settled
join held_event on settled.event_id = held_event.event_id
