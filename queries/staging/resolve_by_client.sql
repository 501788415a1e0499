-- purpose: the pool of new and held events by the record itself or its app client
-- parameters: none
-- grain: one row per event that is new or held
-- columns: position in the batch, null for held ones; pool_id and pool_evidence are null where no pool was
--   found
create or replace temp table candidate as
with
-- a client seen with two pools says nothing
client as (
    select client_id, any_value(pool_id) as pool_id
    from client_pool
    group by client_id
    having count(*) = 1
),
waiting as (
    select event_id, position, client_id, sub, pool_id from new_event
    union all
    select event_id, null as position, client_id, sub, pool_id from held_event
)
select
    waiting.event_id, waiting.position, waiting.sub, coalesce(waiting.pool_id, client.pool_id) as pool_id,
    case
        when waiting.pool_id is not null then 'record'
        when client.pool_id is not null then 'client'
    end as pool_evidence
from waiting
left join client on waiting.client_id = client.client_id
