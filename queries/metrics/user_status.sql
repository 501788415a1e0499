-- purpose: users by account status
-- parameters: none (reads state_count)
-- grain: one row per Region, pool and status
-- columns: users
select aws_region, pool_id, status, sum(users)::bigint as users
from state_count
group by all
order by all
