-- purpose: store the held events whose pool is known now
-- parameters: none
insert into occurrence by name
select event_id, event_time, sub, network, actor_name, actor_session, event_kind.kind_id
from released_kind join event_kind using (content)
order by event_time
