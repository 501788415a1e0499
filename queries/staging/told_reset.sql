-- purpose: password resets that the users in scope asked for, and whether they were completed within an hour
-- parameters: none
-- grain: one row per request and world
create or replace temp table told_reset as
with
step as (
    select *, recovery_kind = 'self_reset_completed' as is_completion
    from scope
    where sub is not null
      and (recovery_kind = 'self_reset_requested' or (recovery_kind = 'self_reset_completed' and outcome = 'success'))
),
in_a_row as (
    select
        *,
        lead(is_completion) over row as is_next_completion,
        lead(event_time) over row as next_at
    from step
    window row as (partition by sign, pool_id, sub order by event_time, is_completion, event_id)
)
select
    sign, event_time as requested_at, aws_region, pool_id,
    coalesce(is_next_completion and next_at <= event_time + interval 1 hour, false) as is_completed
from in_a_row
where not is_completion
