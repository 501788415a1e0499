-- purpose: forget the users of a pool's earlier or finished sweep
-- parameters: $source, $aws_region, $pool_id
delete from swept_user
where sweep_id in (
    select sweep_id from sweep where source = $source and aws_region = $aws_region and pool_id = $pool_id
)
