-- purpose: put in the requests for SMS codes as they are now
-- parameters: none
-- grain: one row per request
insert into code_request
select requested_at, aws_region, pool_id, sub, purpose, via, is_resend, is_converted, country, is_new_user
from (select *, unnest(range(change)) from code_change where change > 0)
