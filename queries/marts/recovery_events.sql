-- purpose: attempts at account recovery, by users and administrators
-- parameters: none
-- grain: one row per record (eventID)
-- evidence: CloudTrail; kinds that ask count every attempt, the others what was done (outcome success)
-- day: event_time
-- columns:
--   event_id: eventID
--   event_time: when the request completed
--   aws_region: where the call ran
--   pool_id: user pool
--   client_id: app client
--   sub: the user; null where the record names none
--   kind: self_reset_requested, self_reset_completed, admin_reset, admin_set_password, admin_mfa_disable,
--     self_mfa_disable or code_resent
--   outcome: success, failure or undetermined
--   reason: why it did not succeed
--   actor_type: kind of principal of an administrator's call
--   actor_name: role or user of an administrator's call
--   actor_session: keyed hash of the session's name, unless user names are kept
create or replace view public.recovery_events as
select
    event_id, event_time, aws_region, pool_id, client_id, sub, recovery_kind as kind, outcome, reason, actor_type,
    actor_name, actor_session
from main.event
where recovery_kind is not null
