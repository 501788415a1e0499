-- purpose: users of a cohort whom the pool does not list
-- parameters: $aws_region, $pool_id
-- grain: one row
select count(*) as users
from rollout_member
where sub not in (select sub from listed_user where aws_region = $aws_region and pool_id = $pool_id)
