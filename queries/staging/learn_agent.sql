-- purpose: learn client software from completed sign-ins. Only so many: what is written into a user
--   agent is anybody's choice
-- parameters: none
-- grain: one row per agent not known before
insert into known_agent
select batch.agent
from batch
anti join known_agent on batch.agent = known_agent.agent
where batch.agent is not null and batch.completes_sign_in
group by batch.agent
order by count(*) desc, batch.agent
limit greatest(0, 500 - (select count(*) from known_agent))
