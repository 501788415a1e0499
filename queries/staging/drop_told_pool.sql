-- purpose: a source lists the pool: files tell nothing of it any more
-- parameters: $aws_region, $pool_id
delete from told_pool where aws_region = $aws_region and pool_id = $pool_id
