-- purpose: challenges by day and second factor
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id, $client_id, $factor: null for all
-- grain: one row per day, factor and series; the first and the last day may be parts of one
-- columns: begins_at; factor; events
select date_trunc('day', "at") as begins_at, factor, series, sum(events)::bigint as events
from counted($from::timestamp, $to::timestamp)
where series in ('sessions', 'session_failures', 'first_try_sessions', 'challenge_responses', 'challenge_failures')
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
  and ($client_id::varchar is null or client_id = $client_id) and ($factor::varchar is null or factor = $factor)
group by all
order by all
