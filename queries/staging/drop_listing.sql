-- purpose: forget the note of an earlier sweep
-- parameters: $source, $aws_region, $pool_id
delete from listing where source = $source and aws_region = $aws_region and pool_id = $pool_id
