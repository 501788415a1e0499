-- purpose: the pool of held events by the record itself or its app client
-- parameters: none
-- grain: one row per held event
-- columns: pool_id and pool_evidence are null where no pool was found
create or replace temp table candidate as
with
-- a client seen with two pools says nothing
client as (
    select client_id, any_value(pool_id) as pool_id
    from client_pool
    group by client_id
    having count(*) = 1
)
select
    held_event.event_id, held_event.sub, coalesce(held_event.pool_id, client.pool_id) as pool_id,
    case
        when held_event.pool_id is not null then 'record'
        when client.pool_id is not null then 'client'
    end as pool_evidence
from held_event
left join client on held_event.client_id = client.client_id
