-- purpose: store the held events whose pool is known now
-- parameters: none
insert into event by name
select
    held_event.* replace (settled.pool_id as pool_id, coalesce(known_agent.agent, 'other') as agent),
    settled.pool_evidence
from settled
join held_event on settled.event_id = held_event.event_id
left join known_agent on held_event.agent = known_agent.agent
where settled.position is null
order by event_time
