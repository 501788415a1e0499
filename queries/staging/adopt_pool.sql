-- purpose: a pool that files tell of, of which none did before
-- parameters: $aws_region, $pool_id, $source
insert into told_pool
select
    $aws_region, $pool_id, $source,
    (select max(listed_at) from pool where aws_region = $aws_region and pool_id = $pool_id),
    null, null, null, null
where not exists (select 1 from told_pool where aws_region = $aws_region and pool_id = $pool_id)
