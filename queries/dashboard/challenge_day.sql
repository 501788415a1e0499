-- purpose: challenges by day
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id, $client_id, $factor: null for all
-- grain: one row per day and series; the first and the last day may be parts of one
-- columns: begins_at; events
select date_trunc('day', "at") as begins_at, series, sum(events)::bigint as events
from counted($from::timestamp, $to::timestamp)
where series in ('sessions', 'session_failures', 'first_try_sessions', 'challenge_responses', 'challenge_failures')
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
  and ($client_id::varchar is null or client_id = $client_id) and ($factor::varchar is null or factor = $factor)
group by all
order by all
