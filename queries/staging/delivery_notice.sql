-- purpose: store the fresh notices of messages that Cognito could not send
-- parameters: none
-- grain: one row per line
insert into delivery_notice
select line_id, happened_at, aws_region, pool_id, details
from notice_batch
where not is_auth_event and line_id in (select line_id from fresh_line)
