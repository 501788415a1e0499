-- purpose: app clients and pools whose setting gets known for the first time
-- parameters: none
-- grain: one row per client (client_id) or pool (aws_region, pool_id)
create or replace temp table first_setting as
select distinct client_id, null::varchar as aws_region, null::varchar as pool_id
from client
where session_validity_s is not null and client_id not in (select client_id from validity_setting)
union all
select distinct null, aws_region, pool_id
from pool
where passkey_is_mfa and (aws_region, pool_id) not in (select (aws_region, pool_id) from passkey_setting)
