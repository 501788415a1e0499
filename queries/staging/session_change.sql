-- purpose: failed sessions that appear or disappear
-- parameters: none
-- grain: one row per session as it is or was
create or replace temp table session_change as
select aws_region, pool_id, client_id, sub, ended_at, factor, reason, answers, sum(sign)::bigint as change
from told_session
where outcome = 'failure'
group by all
having sum(sign) <> 0
