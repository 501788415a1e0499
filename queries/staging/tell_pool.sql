-- purpose: the newest that files told of a pool
-- parameters: $aws_region, $pool_id, $description, $described_at, $factors, $configured_at (null: not told)
update told_pool set
    description = $description, described_at = $described_at::timestamp,
    factors = $factors, configured_at = $configured_at::timestamp
where aws_region = $aws_region and pool_id = $pool_id
