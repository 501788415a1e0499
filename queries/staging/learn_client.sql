-- purpose: learn which pool an app client belongs to from records that name both
-- parameters: none
-- grain: one row per client and pool not known before
insert into client_pool
select distinct new_event.client_id, new_event.pool_id
from new_event
anti join client_pool on new_event.client_id = client_pool.client_id and new_event.pool_id = client_pool.pool_id
where new_event.client_id is not null and new_event.pool_id is not null
