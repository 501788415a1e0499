-- purpose: recovery events, refusals and resets completed in time, of a stretch
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id: null for all
-- grain: one row per Region, pool, series, kind and reason
-- columns: events. Labels that a series does not have are ''
select aws_region, pool_id, series, kind, reason, sum(events)::bigint as events
from counted($from::timestamp, $to::timestamp)
where series in ('recovery_events', 'recovery_failures', 'recovery_unknown', 'recovery_completions')
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by all
having sum(events) <> 0
order by all
