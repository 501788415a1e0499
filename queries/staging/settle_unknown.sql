-- purpose: held events that a listing should have settled and did not: they have no pool
-- parameters: $listed_at: start of the oldest among the sources' last complete listings
-- grain: one row per event
-- columns: those of event
create or replace temp table touched as
select * replace (
    'unknown' as pool_id,
    case when agent in (select agent from known_agent) then agent else 'other' end as agent
), 'none' as pool_evidence
from held_event
where event_time < $listed_at::timestamp
