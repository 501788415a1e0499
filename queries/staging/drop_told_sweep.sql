-- purpose: a source lists the pool: listings from files are over
-- parameters: $aws_region, $pool_id
delete from sweep
where aws_region = $aws_region and pool_id = $pool_id
  and (aws_region, pool_id) in (select (aws_region, pool_id) from told_pool)
