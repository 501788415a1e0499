-- purpose: what can weaken a user's protection
-- parameters: none
-- grain: one row per record (eventID)
-- evidence: CloudTrail; outlives the raw rows
-- day: happened_at
-- columns:
--   event_id: eventID
--   happened_at: when
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user
--   kind: totp_to_sms (text messages put before an app), sms_preferred (preferred, the app not mentioned) or phone_changed
--   actor_type: kind of principal of an administrator's call
--   actor_name: role or user of an administrator's call
--   actor_session: keyed hash of the session's name, unless user names are kept
create or replace view public.weakenings as
select event_id, happened_at, aws_region, pool_id, sub, kind, actor_type, actor_name, actor_session from main.weakening
