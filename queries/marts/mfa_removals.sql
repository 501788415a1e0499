-- purpose: calls that switched a factor off: who, for whom, and when the user was protected again
-- parameters: none
-- grain: one row per record (eventID)
-- evidence: CloudTrail; outlives the raw rows
-- day: removed_at
-- columns:
--   event_id: eventID
--   removed_at: when
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user; null where the record names none
--   event_name: eventName
--   kind: admin_mfa_disable or self_mfa_disable
--   direction_unknown: a preference was changed, the record does not tell how
--   actor_type: kind of principal
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   protected_at: first accepted second factor, or factor switched on, after it; null while none was seen
create or replace view public.mfa_removals as
select
    event_id, removed_at, aws_region, pool_id, sub, event_name, kind, direction_unknown, actor_type, actor_name,
    actor_session, protected_at
from main.mfa_removal
