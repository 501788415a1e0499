-- purpose: what can fail and how much of it did, hour by hour: answers to the challenges of a pool, and text
--   messages sent from a Region
-- parameters: $from, $to: half open, whole hours
-- grain: one row per hour and pool with answers, or Region with text messages (pool_id is '')
-- columns: cases: determined answers, or messages whose fate is known; failures: of those
with
-- few groups first: the rest is cheap then
counted as (
    select hour, aws_region, pool_id, series, sum(events) as events
    from hourly_count
    where hour >= $from and hour < $to
      and series in ('challenge_responses', 'challenge_failures', 'sms_messages', 'sms_failures')
    group by all
)
select
    hour, aws_region, pool_id,
    coalesce(sum(events) filter (series in ('challenge_responses', 'sms_messages')), 0)::bigint as cases,
    coalesce(sum(events) filter (series in ('challenge_failures', 'sms_failures')), 0)::bigint as failures
from counted
where pool_id <> 'unknown'
group by all
