-- purpose: challenge answers and recoveries by day
-- parameters: $from, $to: days, half open
-- grain: one row per day, Region and pool with any count
-- columns: answers, failed_answers, recoveries (events)
select
    day, aws_region, pool_id,
    coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as answers,
    coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failed_answers,
    coalesce(sum(events) filter (where series = 'recovery_events'), 0)::bigint as recoveries
from daily_count
where day >= $from::date and day < $to::date and events <> 0
group by all
order by all
