-- purpose: stored events that settings known for the first time may judge anew
-- parameters: none
-- grain: one row
select count(*) as events
from event
where client_id in (select client_id from first_setting)
   or (aws_region, pool_id) in (select (aws_region, pool_id) from first_setting)
