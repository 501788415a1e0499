-- purpose: users by account status
-- parameters: none (reads user_state)
-- grain: one row per Region, pool and status
-- columns: users
select aws_region, pool_id, status, count(*) as users
from user_state
group by all
order by all
