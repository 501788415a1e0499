-- purpose: app clients by name
-- parameters: $aws_region, $pool_id: null for all
-- grain: one row per client
-- columns: client_id, client_name
select client_id, any_value(client_name) as client_name
from client
where ($aws_region::varchar is null or pool_id in (select pool_id from pool where aws_region = $aws_region))
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by client_id
order by client_name, client_id
limit 500
