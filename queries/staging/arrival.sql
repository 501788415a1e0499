-- purpose: where the new events of the batch belong
-- parameters: none
-- grain: one row per event
-- columns: position in the batch; pool_id and pool_evidence are null where the pool is not known yet
select new_event.position, settled.pool_id, settled.pool_evidence
from new_event
left join settled on new_event.event_id = settled.event_id
order by new_event.position
