-- purpose: sweeps of pools that are gone
-- parameters: none
delete from sweep
where (source, aws_region, pool_id) not in (select (source, aws_region, pool_id) from pool)
  and (aws_region, pool_id) not in (select (aws_region, pool_id) from told_pool)
