-- purpose: users on the list, those beyond the wanted ones too
-- parameters: none (reads user_match)
-- grain: one row
-- columns: users
select coalesce(sum(matches), 0)::bigint as users
from (select any_value(matches_of_slice) as matches from user_match group by slice)
