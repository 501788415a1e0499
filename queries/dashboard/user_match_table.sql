-- purpose: where the users of a list are gathered, slice by slice
-- parameters: none
-- grain: one row per user
create or replace temp table user_match as
select *, sub as slice, 0::bigint as matches_of_slice
from user_state(timestamp '1970-01-01', '00000000-0000-0000-0000-000000000000'::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
limit 0
