-- title: Challenge failures by app client
-- purpose: in which apps users fail MFA. A session is one attempt to get through, an answer one code; the interval
--   says how sure the session ratio is, and what surely fails most comes first. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per AWS Region, pool and app client
-- place: challenges
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client; '' where records do not tell
--   client_name: its name; null where no listing tells
--   sessions: challenge sessions that are over
--   failed_sessions: of them, those without a success
--   session_failure_ratio: failed_sessions of sessions
--   session_failure_low: lower end of Wilson's 95 % interval
--   session_failure_high: upper end of it
--   responses: determined answers
--   failures: of them, refused ones
--   response_failure_ratio: failures of responses
with
counted as (
    select
        aws_region, pool_id, client_id,
        coalesce(sum(events) filter (where series = 'sessions'), 0)::bigint as sessions,
        coalesce(sum(events) filter (where series = 'session_failures'), 0)::bigint as failed_sessions,
        coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as responses,
        coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failures
    from counts_by_day
    where series in ('sessions', 'session_failures', 'challenge_responses', 'challenge_failures')
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
        counted.aws_region, counted.pool_id, counted.client_id, named.client_name, counted.sessions,
        counted.failed_sessions, counted.responses, counted.failures,
        1.96 * sqrt(
            3.8416
            + 4 * counted.failed_sessions
                * (greatest(counted.sessions - counted.failed_sessions, 0) / nullif(counted.sessions, 0))
        ) as spread
    from counted
    left join named on named.client_id = counted.client_id
)
select
    aws_region, pool_id, client_id, client_name, sessions, failed_sessions,
    failed_sessions / nullif(sessions, 0) as session_failure_ratio,
    (2 * failed_sessions + 3.8416 - spread) / (2 * (sessions + 3.8416)) as session_failure_low,
    (2 * failed_sessions + 3.8416 + spread) / (2 * (sessions + 3.8416)) as session_failure_high,
    responses, failures,
    failures / nullif(responses, 0) as response_failure_ratio
from rated
order by session_failure_low desc, responses desc, aws_region, pool_id, client_id
limit 1000
