-- purpose: learn client software from completed sign-ins. Only so many: what is written into a user
--   agent is anybody's choice
-- parameters: none
-- grain: one row per agent not known before
insert into known_agent
select agent
from new_event
where agent is not null and outcome = 'success' and sign_in is not null
  and agent not in (select agent from known_agent)
group by agent
order by count(*) desc, agent
limit greatest(0, 500 - (select count(*) from known_agent))
