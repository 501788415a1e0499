-- purpose: how many users there are to judge
-- parameters: none
-- grain: one row
-- columns: users
select coalesce(sum(users), 0)::bigint as users from listing
