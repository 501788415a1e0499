-- purpose: the pool belongs to the source whose files told of it last
-- parameters: $aws_region, $pool_id, $source
update pool set source = $source where aws_region = $aws_region and pool_id = $pool_id and source <> $source
