-- purpose: how each kind of user fares, as decided outside
-- parameters: $outcomes: profile:outcome, separated by commas
-- grain: one row per profile
create or replace temp table rollout_outcome as
select split_part(word, ':', 1)::usmallint as profile, split_part(word, ':', 2) as outcome
from (select unnest(string_split($outcomes, ',')) as word)
where word <> ''
