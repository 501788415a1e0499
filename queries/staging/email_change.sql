-- purpose: passed e-mail challenges that appear or disappear
-- parameters: none
-- grain: one row per answer
create or replace temp table email_change as
select pool_id, sub, event_time as proven_at, sum(sign)::bigint as change
from told
where step = 'email_answer' and mfa_factor = 'email' and outcome = 'success' and sub is not null
group by all
having sum(sign) <> 0
