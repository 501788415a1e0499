-- purpose: pools that a complete listing of the source no longer names are gone, with their users; those that
--   files told of are not its business
-- parameters: $source
delete from pool where source = $source and (aws_region, pool_id) not in (select (aws_region, pool_id) from told_pool)
