-- purpose: the users of a slice that belong on a list
-- parameters: $as_of; $aws_region, $pool_id; $list: all, not-protected (eligible, state none or
--   unknown) or conflicts; $most: users wanted of the slice; $first_sub, $last_sub: the slice
-- grain: one row per user
insert into user_match
select *, $first_sub::uuid as slice, count(*) over () as matches_of_slice
from user_state($as_of::timestamp, $first_sub::uuid, $last_sub::uuid)
where aws_region = $aws_region and pool_id = $pool_id
  and case $list
      when 'not-protected' then is_eligible and state in ('none', 'unknown')
      when 'conflicts' then is_conflict
      else true
  end
order by last_sign_in_at desc nulls last, sub
limit $most
