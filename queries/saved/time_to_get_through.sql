-- title: How long it takes to get through after a wrong code
-- purpose: seconds from the first answer to the accepted one, of challenge sessions that needed more than one
--   answer; those that succeeded at once took none. How long the first answer takes is told by seconds_to_answer
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per factor
-- place: challenges
-- columns:
--   factor: factor of the last answer
--   passed_sessions: challenge sessions that succeeded
--   retried_sessions: of them, those that needed more than one answer
--   retried_ratio: retried_sessions of passed_sessions
--   median_seconds: of retried sessions, half took at most this long
--   p90_seconds: nine of ten took at most this long
--   longest_seconds: the longest of them
with
passed as (
    select
        factor,
        count(*) as passed_sessions,
        count(*) filter (where answers > 1) as retried_sessions,
        quantile_disc(epoch(ended_at - started_at)::integer, [0.5, 0.9, 1.0]) filter (where answers > 1) as seconds
    from challenge_sessions
    where not is_failed and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by factor
)
select
    factor, passed_sessions, retried_sessions,
    retried_sessions / nullif(passed_sessions, 0) as retried_ratio,
    seconds[1] as median_seconds, seconds[2] as p90_seconds, seconds[3] as longest_seconds
from passed
order by passed_sessions desc, factor
