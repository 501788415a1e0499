-- purpose: the last complete listing of a pool
-- parameters: $aws_region, $pool_id
-- grain: at most one row
-- columns: completed_at, users
select completed_at, users
from listing
where aws_region = $aws_region and pool_id = $pool_id
order by completed_at desc
limit 1
