-- purpose: the pool as it was known, before it is told anew
-- parameters: $aws_region, $pool_id
delete from pool where aws_region = $aws_region and pool_id = $pool_id
