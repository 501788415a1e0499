-- purpose: forget what an interrupted sweep of the pool left
-- parameters: $aws_region, $pool_id
delete from swept_user where aws_region = $aws_region and pool_id = $pool_id
