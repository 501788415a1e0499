-- title: Challenge failures by client software
-- purpose: which releases of client software see answers refused more often: what surely fails most comes first.
--   Software that never completed a sign-in is told as other. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per client software and release
-- place: challenges
-- columns:
--   agent: client software and release; '' where records do not tell
--   responses: determined answers to MFA challenges
--   failures: of them, refused ones
--   failure_ratio: failures of responses
--   failure_low: lower end of Wilson's 95 % interval
--   failure_high: upper end of it
--   undetermined: answers that say nothing about the code, beside the responses
with
counted as (
    select
        agent,
        coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as responses,
        coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failures,
        coalesce(sum(events) filter (where series = 'challenge_undetermined'), 0)::bigint as undetermined
    from counts_by_day
    where series in ('challenge_responses', 'challenge_failures', 'challenge_undetermined')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by agent
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        agent, responses, failures, undetermined,
        1.96 * sqrt(3.8416 + 4 * failures * (greatest(responses - failures, 0) / nullif(responses, 0))) as spread
    from counted
)
select
    agent, responses, failures,
    failures / nullif(responses, 0) as failure_ratio,
    (2 * failures + 3.8416 - spread) / (2 * (responses + 3.8416)) as failure_low,
    (2 * failures + 3.8416 + spread) / (2 * (responses + 3.8416)) as failure_high,
    undetermined
from rated
order by failure_low desc, responses desc, agent
limit 1000
