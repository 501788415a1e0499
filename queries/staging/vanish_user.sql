-- purpose: users and sweeps of pools that are gone
-- parameters: none
delete from listed_user
where (aws_region, pool_id) not in (select (aws_region, pool_id) from pool)
  and (aws_region, pool_id) not in (select (aws_region, pool_id) from told_pool)
