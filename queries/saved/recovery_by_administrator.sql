-- title: Recovery by administrator
-- purpose: who resets and sets passwords and switches off factors for users, and for how many. Only as far back as
--   raw records are kept
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per principal, busiest first
-- place: recovery
-- columns:
--   actor_type: kind of principal; null where records do not tell
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   calls: calls that were not refused
--   resets: of them, resets
--   passwords_set: of them, passwords set
--   mfa_removals: of them, factors switched off
--   refused: refused calls
--   users: users of the calls that were not refused
--   last_call_at: newest call of any kind (UTC)
select
    actor_type, actor_name, actor_session,
    count(*) filter (where outcome = 'success') as calls,
    count(*) filter (where outcome = 'success' and kind = 'admin_reset') as resets,
    count(*) filter (where outcome = 'success' and kind = 'admin_set_password') as passwords_set,
    count(*) filter (where outcome = 'success' and kind = 'admin_mfa_disable') as mfa_removals,
    count(*) filter (where outcome = 'failure') as refused,
    count(distinct sub) filter (where outcome = 'success') as users,
    max(event_time) as last_call_at
from recovery_events
where kind in ('admin_reset', 'admin_set_password', 'admin_mfa_disable')
  and event_time >= $from::timestamp and event_time < $to::timestamp
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by actor_type, actor_name, actor_session
order by calls desc, refused desc, actor_type, actor_name, actor_session
limit 1000
