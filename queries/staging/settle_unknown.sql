-- purpose: held events that a listing should have settled and did not: they have no pool
-- parameters: $listed_at: start of the oldest among the sources' last complete listings
-- grain: one row per event
-- columns: those of settled
create or replace temp table settled as
select event_id, sub, 'unknown' as pool_id, 'none' as pool_evidence
from held_event
where event_time < $listed_at::timestamp
