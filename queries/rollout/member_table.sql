-- purpose: users of a cohort
-- parameters: $subs: their ids, separated by commas
-- grain: one row per user
create or replace temp table rollout_member as
select distinct try_cast(word as uuid) as sub
from (select unnest(string_split($subs, ',')) as word)
where try_cast(word as uuid) is not null
