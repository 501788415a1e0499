-- title: How many users get through at the first try
-- purpose: challenge sessions that succeeded with the first code, with a later one, and not at all, by factor and
--   app client. What surely succeeds least at once comes first. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per app client and factor
-- place: challenges
-- columns:
--   client_id: app client; '' where records do not tell
--   client_name: its name; null where no listing tells
--   factor: factor of the last answer
--   sessions: challenge sessions that are over
--   first_try_sessions: of them, those whose first determined answer succeeded
--   first_try_ratio: first_try_sessions of sessions
--   first_try_low: lower end of Wilson's 95 % interval
--   first_try_high: upper end of it
--   later_try_sessions: of sessions, those that succeeded with a later answer
--   failed_sessions: of sessions, those without a success
--   answers_per_success: determined answers of the sessions that succeeded, for each of them
with
counted as (
    select
        client_id, factor,
        coalesce(sum(events) filter (where series = 'sessions'), 0)::bigint as sessions,
        coalesce(sum(events) filter (where series = 'first_try_sessions'), 0)::bigint as first_try_sessions,
        coalesce(sum(events) filter (where series = 'session_failures'), 0)::bigint as failed_sessions,
        coalesce(sum(events) filter (where series = 'session_answers'), 0)::bigint as answers
    from counts_by_day
    where series in ('sessions', 'first_try_sessions', 'session_failures', 'session_answers')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
-- a replica lists a client again
named as (
    select client_id, max(client_name) as client_name from clients group by client_id
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        counted.client_id, named.client_name, counted.factor, counted.sessions, counted.first_try_sessions,
        counted.failed_sessions, counted.answers,
        1.96 * sqrt(
            3.8416
            + 4 * counted.first_try_sessions
                * (greatest(counted.sessions - counted.first_try_sessions, 0) / nullif(counted.sessions, 0))
        ) as spread
    from counted
    left join named on named.client_id = counted.client_id
)
select
    client_id, client_name, factor, sessions, first_try_sessions,
    first_try_sessions / nullif(sessions, 0) as first_try_ratio,
    (2 * first_try_sessions + 3.8416 - spread) / (2 * (sessions + 3.8416)) as first_try_low,
    (2 * first_try_sessions + 3.8416 + spread) / (2 * (sessions + 3.8416)) as first_try_high,
    sessions - failed_sessions - first_try_sessions as later_try_sessions,
    failed_sessions,
    answers / nullif(sessions - failed_sessions, 0) as answers_per_success
from rated
order by first_try_high, sessions desc, client_id, factor
limit 1000
