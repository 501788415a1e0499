-- purpose: challenges by hour and second factor
-- parameters: $from, $to: whole hours, half open, at most some days; $aws_region, $pool_id, $client_id, $factor: null for all
-- grain: one row per hour, factor and series
-- columns: begins_at; factor; events
select hour as begins_at, factor, series, sum(events)::bigint as events
from hourly_count
where hour >= $from::timestamp and hour < $to::timestamp
  and series in ('sessions', 'session_failures', 'first_try_sessions', 'challenge_responses', 'challenge_failures')
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
  and ($client_id::varchar is null or client_id = $client_id) and ($factor::varchar is null or factor = $factor)
group by all
order by all
