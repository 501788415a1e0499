-- purpose: listings from files that were under way when their import was killed
-- parameters: none
delete from sweep where (aws_region, pool_id) in (select (aws_region, pool_id) from told_pool)
