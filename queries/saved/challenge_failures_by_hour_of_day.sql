-- title: Challenge failures by hour of the day
-- purpose: whether answers are refused more often at some hours (UTC): text messages that are late at peak hours,
--   or somebody who guesses at night. Whole hours
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per hour of the day
-- place: challenges
-- columns:
--   hour_of_day: 0 to 23, UTC
--   responses: determined answers to MFA challenges
--   failures: of them, refused ones
--   failure_ratio: failures of responses
--   failure_low: lower end of Wilson's 95 % interval
--   failure_high: upper end of it
with
counted as (
    select
        extract(hour from hour) as hour_of_day,
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
-- hours without an answer, too
every_hour as (
    select
        hours.hour_of_day,
        coalesce(counted.responses, 0) as responses,
        coalesce(counted.failures, 0) as failures
    from range(24) as hours(hour_of_day)
    left join counted using (hour_of_day)
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        hour_of_day, responses, failures,
        1.96 * sqrt(3.8416 + 4 * failures * (greatest(responses - failures, 0) / nullif(responses, 0))) as spread
    from every_hour
)
select
    hour_of_day, responses, failures,
    failures / nullif(responses, 0) as failure_ratio,
    (2 * failures + 3.8416 - spread) / (2 * (responses + 3.8416)) as failure_low,
    (2 * failures + 3.8416 + spread) / (2 * (responses + 3.8416)) as failure_high
from rated
order by hour_of_day
