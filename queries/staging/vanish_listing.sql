-- purpose: notes of sweeps of pools that are gone
-- parameters: none
delete from listing
where (source, aws_region, pool_id) not in (select (source, aws_region, pool_id) from pool)
  and (aws_region, pool_id) not in (select (aws_region, pool_id) from told_pool)
