-- purpose: calls of the touched events that switched a factor off, with the first later sign of a factor that
--   is stored already
-- parameters: none
-- grain: one row per record
insert into mfa_removal
with
removal as (
    select * from touched where recovery_kind in ('admin_mfa_disable', 'self_mfa_disable') and outcome = 'success'
),
sign_of_life as (
    select event.pool_id, event.sub, event.event_time
    from event
    where event.event_time > (select min(event_time) from removal)
      and event.sub in (select sub from removal)
      and event.outcome = 'success'
      and (
          (event.step in ('mfa_answer', 'passkey_answer') and event.factor in ('totp', 'sms', 'passkey'))
          or event.totp_switch or event.sms_switch or event.email_switch or event.passkey_switch
      )
)
select
    removal.event_time, removal.event_id, removal.aws_region, removal.pool_id, removal.sub, removal.event_name,
    removal.recovery_kind, removal.direction_unknown, removal.actor_type, removal.actor_name, removal.actor_session,
    (
        select min(sign_of_life.event_time) from sign_of_life
        where sign_of_life.pool_id = removal.pool_id and sign_of_life.sub = removal.sub
          and sign_of_life.event_time > removal.event_time
    ) as protected_at
from removal
