-- purpose: recovery events by day
-- parameters: $from, $to: the days they fall into, half open; $aws_region, $pool_id: null for all
-- grain: one row per day with any event
-- columns: events
select day, sum(events)::bigint as events
from daily_count
where series = 'recovery_events' and day >= $from::date and day < $to::date
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by day
order by day
