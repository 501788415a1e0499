-- purpose: no sweep of the pool is under way any more
-- parameters: $source, $aws_region, $pool_id
delete from sweep where source = $source and aws_region = $aws_region and pool_id = $pool_id
