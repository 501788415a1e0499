-- purpose: make room for the sweep that is complete now
-- parameters: $aws_region, $pool_id
delete from listed_user where aws_region = $aws_region and pool_id = $pool_id
