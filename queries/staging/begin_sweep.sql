-- purpose: a sweep of the pool begins
-- parameters: $source, $aws_region, $pool_id, $sweep_id, $started_at
insert into sweep values ($source, $aws_region, $pool_id, $sweep_id::uuid, $started_at::timestamp, null, 0)
