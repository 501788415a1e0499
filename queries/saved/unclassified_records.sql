-- title: Records that mfascope does not know
-- purpose: user-pool records by event names that no table knows: kept and counted, but in no figure. A new name of
--   AWS may hide answers or sign-ins. Only as far back as raw records are kept
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per event name, AWS Region and pool, most first
-- place: sources
-- columns:
--   event_name: eventName
--   aws_region: where the calls ran
--   pool_id: user pool; unknown where nothing tells
--   records: how many
--   refused: of them, records with an error
--   first_seen_at: the first of the time shown (UTC)
--   last_seen_at: the last of the time shown (UTC)
select
    event_name, aws_region, pool_id,
    count(*) as records,
    count(error_code) as refused,
    min(event_time) as first_seen_at,
    max(event_time) as last_seen_at
from events
where vocabulary = 'unclassified'
  and event_time >= $from::timestamp and event_time < $to::timestamp
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by event_name, aws_region, pool_id
order by records desc, event_name, aws_region, pool_id
limit 1000
