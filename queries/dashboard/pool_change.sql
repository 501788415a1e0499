-- purpose: calls that changed a pool, newest first
-- parameters: $limit: rows per pool
-- grain: one row per record
-- columns: who called, what the call asked for
select
    changed_at, aws_region, pool_id, event_name, mfa_configuration, account_id, actor_type, actor_name, actor_session
from pool_change
qualify row_number() over (partition by aws_region, pool_id order by changed_at desc, event_id) <= $limit
order by aws_region, pool_id, changed_at desc, event_id
