-- purpose: touched events that can weaken a user's protection
-- parameters: none
-- grain: one row per record
insert into weakening
select
    event_time, event_id, aws_region, pool_id, sub,
    case
        when is_phone_change then 'phone_changed'
        when totp_switch = false or totp_preferred = false then 'totp_to_sms'
        else 'sms_preferred'
    end as kind,
    actor_type, actor_name, actor_session
from touched
where outcome = 'success' and sub is not null
  and (
      is_phone_change
      or (sms_preferred and totp_switch is distinct from true)
      or (sms_switch and totp_switch = false)
      or (sms_preferred and totp_preferred = false)
  )
