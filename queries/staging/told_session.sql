-- purpose: challenge sessions of the users in scope: answers of one client and user in a row, at most 15
--   minutes apart, ended by a success
-- parameters: none
-- grain: one row per session and world; only sessions that a determined answer ends
-- columns: ended_at and factor are those of the last answer; answers: determined ones
create or replace temp table told_session as
with
answer as (
    select
        *,
        lag(event_time) over in_a_row as before_at,
        lag(outcome) over in_a_row as before_outcome
    from told
    where mfa_factor is not null and sub is not null
    window in_a_row as (
        partition by sign, aws_region, pool_id, client_id, sub order by event_time, outcome = 'success', event_id
    )
),
numbered as (
    select
        *,
        count(*) filter (
            where before_at is null or before_outcome = 'success' or event_time > before_at + interval 15 minutes
        ) over (
            partition by sign, aws_region, pool_id, client_id, sub order by event_time, outcome = 'success', event_id
            rows unbounded preceding
        ) as session
    from answer
),
session as (
    select
        sign, aws_region, pool_id, client_id, sub, any_value(settled_through) as settled_through,
        min(event_time) as started_at, max(event_time) as ended_at,
        last(mfa_factor order by event_time, outcome = 'success', event_id) as factor,
        last(outcome order by event_time, outcome = 'success', event_id) as outcome,
        last(reason order by event_time, outcome = 'success', event_id) as reason,
        count(*) filter (where outcome in ('success', 'failure')) as answers
    from numbered
    group by sign, aws_region, pool_id, client_id, sub, session
)
select sign, aws_region, pool_id, client_id, sub, started_at, ended_at, factor, outcome, reason, answers
from session
where outcome = 'success'
   or (outcome = 'failure' and ended_at <= settled_through - interval 15 minutes)
