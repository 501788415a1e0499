-- purpose: steps of the touched events on the way to an authenticator app, with the first accepted code
--   after each that is stored already
-- parameters: none
-- grain: one row per record and step
insert into enrolment_step
with
step as (
    select
        event_time, aws_region, pool_id, sub,
        case
            when event_name = 'AssociateSoftwareToken' then 'began'
            when event_name = 'VerifySoftwareToken' and outcome = 'success' then 'verified'
            when event_name = 'VerifySoftwareToken' then 'refused'
            when totp_switch or step = 'mfa_setup' then 'preferred'
            else 'unreadable'
        end as step
    from touched
    where sub is not null
      and (
          (outcome = 'success' and (
              event_name = 'AssociateSoftwareToken' or totp_switch or step = 'mfa_setup' or direction_unknown
          ))
          or (event_name = 'VerifySoftwareToken' and outcome in ('success', 'failure'))
      )
),
pass as (
    select pool_id, sub, event_time
    from event
    where event_time >= (select min(event_time) from step)
      and sub in (select sub from step)
      and step = 'mfa_answer' and factor = 'totp' and outcome = 'success'
)
select
    step.event_time, step.aws_region, step.pool_id, step.sub, step.step,
    (
        select min(pass.event_time) from pass
        where pass.pool_id = step.pool_id and pass.sub = step.sub and pass.event_time >= step.event_time
    ) as passed_at
from step
