-- purpose: requests for SMS codes that appear or disappear
-- parameters: none
-- grain: one row per request as it is or was
-- columns: change: how many more there are
create or replace temp table told_code as
select requested_at, aws_region, pool_id, sub, purpose, via, is_resend, is_converted, 0::bigint as change
from code_request
limit 0
