-- purpose: requests for SMS codes by the users in scope, and right answers, in the order of time
-- parameters: none
-- grain: one row per request or answer and world
-- columns: position; whose: one number per world, pool, user and purpose; validity_us of a request's code
create or replace temp table code_step as
with
step as (
    select *, sms_purpose as purpose, false as is_answer from scope where sms_purpose is not null
    union all
    select *, code_accepted as purpose, true as is_answer from scope where code_accepted is not null and sub is not null
),
described as (
    select client_id, max(session_validity_s) as session_validity_s from client group by client_id
)
select
    row_number() over in_order as position,
    dense_rank() over (order by step.sign, step.pool_id, step.sub, step.purpose) as whose,
    step.sign, step.event_time, step.aws_region, step.pool_id, step.sub, step.purpose, step.is_answer,
    case when step.vocabulary = 'api' then 'api' else 'ui' end as via,
    step.is_resend
        or (step.sub is not null and not lag(step.is_answer) over of_user
            and lag(step.event_time) over of_user >= step.event_time - interval 15 minutes) is true as is_resend,
    1000000 * case
        when step.purpose in ('sign_up', 'attribute') then 86400
        when step.purpose = 'recovery' then 3600
        else coalesce(described.session_validity_s, 900)
    end::bigint as validity_us
from step
left join described on step.client_id = described.client_id
window
    in_order as (
        order by step.sign, step.pool_id, step.sub, step.purpose, step.event_time, step.is_answer, step.event_id
    ),
    of_user as (
        partition by step.sign, step.pool_id, step.sub, step.purpose
        order by step.event_time, step.is_answer, step.event_id
    )
