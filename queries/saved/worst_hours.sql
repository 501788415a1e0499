-- title: Hours in which MFA failed most
-- purpose: the hours of the time shown in which answers were surely refused most often, by the lower end of the
--   interval: outages of text messages, broken releases, guessing. Only hours with at least 20 answers
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per hour, AWS Region and pool, worst first, 100 at most
-- place: challenges
-- columns:
--   hour: when the hour begins (UTC)
--   aws_region: where the calls ran
--   pool_id: user pool
--   responses: determined answers to MFA challenges
--   failures: of them, refused ones
--   failure_ratio: failures of responses
--   failure_low: lower end of Wilson's 95 % interval
--   failure_high: upper end of it
with
counted as (
    select
        hour, aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as responses,
        coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failures
    from counts_by_hour
    where series in ('challenge_responses', 'challenge_failures')
      and hour >= date_trunc('hour', $from::timestamp) and hour < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        hour, aws_region, pool_id, responses, failures,
        1.96 * sqrt(3.8416 + 4 * failures * (greatest(responses - failures, 0) / nullif(responses, 0))) as spread
    from counted
    where responses >= 20 and failures > 0
)
select
    hour, aws_region, pool_id, responses, failures,
    failures / nullif(responses, 0) as failure_ratio,
    (2 * failures + 3.8416 - spread) / (2 * (responses + 3.8416)) as failure_low,
    (2 * failures + 3.8416 + spread) / (2 * (responses + 3.8416)) as failure_high
from rated
order by failure_low desc, hour desc, aws_region, pool_id
limit 100
