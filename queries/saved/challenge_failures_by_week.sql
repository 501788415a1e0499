-- title: Challenge failures week by week
-- purpose: the trend of failed challenge sessions and of sessions that succeeded at once, by factor. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per week (Monday) and factor; the first and the last week may be parts of one
-- place: challenges
-- columns:
--   week: first day of the week (UTC)
--   factor: factor of the last answer
--   days: days of the week with sessions
--   sessions: challenge sessions that are over
--   failed_sessions: of them, those without a success
--   session_failure_ratio: failed_sessions of sessions
--   first_try_sessions: of sessions, those whose first determined answer succeeded
--   first_try_ratio: first_try_sessions of sessions
with
counted as (
    select
        date_trunc('week', day)::date as week, factor,
        count(distinct day) as days,
        coalesce(sum(events) filter (where series = 'sessions'), 0)::bigint as sessions,
        coalesce(sum(events) filter (where series = 'session_failures'), 0)::bigint as failed_sessions,
        coalesce(sum(events) filter (where series = 'first_try_sessions'), 0)::bigint as first_try_sessions
    from counts_by_day
    where series in ('sessions', 'session_failures', 'first_try_sessions')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
)
select
    week, factor, days, sessions, failed_sessions,
    failed_sessions / nullif(sessions, 0) as session_failure_ratio,
    first_try_sessions,
    first_try_sessions / nullif(sessions, 0) as first_try_ratio
from counted
order by week desc, sessions desc, factor
limit 1000
