-- purpose: the gathered users in the order of the list: most recent sign-in first
-- parameters: none (reads user_match)
-- grain: one row per user
create or replace temp table user_list as
select row_number() over (order by last_sign_in_at desc nulls last, sub) as position, *
from user_match
