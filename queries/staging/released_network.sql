-- purpose: networks that held events that are stored now show their users in
-- parameters: none
-- grain: one row per sign-in
insert into network
select settled.pool_id, held_event.sub, network, event_time
from settled
join held_event on settled.event_id = held_event.event_id
where sign_in = 'api' and held_event.sub is not null and network is not null
