-- purpose: where the sweep of a pool that was interrupted goes on
-- parameters: $source, $aws_region, $pool_id, $oldest: a sweep begun before is not worth going on with
-- grain: at most one row
-- columns: sweep_id, started_at, next_token (null: read to the end, but not published), users
select sweep_id::varchar as sweep_id, started_at, next_token, users
from sweep
where source = $source and aws_region = $aws_region and pool_id = $pool_id
  and (next_token is not null or users > 0) and started_at >= $oldest::timestamp
