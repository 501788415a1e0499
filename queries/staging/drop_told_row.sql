-- purpose: a source lists the pool: what files told of its settings is over
-- parameters: $aws_region, $pool_id
delete from pool
where aws_region = $aws_region and pool_id = $pool_id
  and (aws_region, pool_id) in (select (aws_region, pool_id) from told_pool)
