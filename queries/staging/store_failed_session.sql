-- purpose: put in the sessions that failed
-- parameters: none
insert into failed_session
select aws_region, pool_id, client_id, sub, ended_at, factor, reason, answers from session_change where change > 0
