-- purpose: SMS codes that the users in scope asked for, and whether they were answered correctly in time
-- parameters: none
-- grain: one row per request and world
create or replace temp table told_code as
select
    sign, event_time as requested_at, aws_region, pool_id, sub, purpose, via, is_resend,
    position in (select position from code_converted) as is_converted
from code_step
where not is_answer
