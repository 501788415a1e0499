-- purpose: administrators by the passwords they reset or set
-- parameters: $from, $to: half open; $aws_region, $pool_id: null for all
-- grain: one row per principal, busiest first
-- columns: resets, passwords_set, refused: calls; users: those it succeeded for
select
    actor_type, actor_name, actor_session,
    count(*) filter (where outcome = 'success' and kind = 'admin_reset') as resets,
    count(*) filter (where outcome = 'success' and kind = 'admin_set_password') as passwords_set,
    count(*) filter (where outcome = 'failure') as refused,
    count(distinct (pool_id, sub)) filter (where outcome = 'success' and sub is not null) as users
from password_call
where called_at >= $from::timestamp and called_at < $to::timestamp
  and kind in ('admin_reset', 'admin_set_password')
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by actor_type, actor_name, actor_session
order by count(*) desc, actor_type, actor_name, actor_session
limit 50
