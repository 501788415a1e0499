-- purpose: how pools were configured over time: calls that changed them, and what listings saw
-- parameters: none
-- grain: one row per call, and per change that a listing saw
-- evidence: CloudTrail for calls (who), Cognito's own word for listings (what)
-- day: happened_at
-- columns:
--   happened_at: when the call completed or the listing saw the change
--   evidence: call or listing
--   aws_region: AWS Region
--   pool_id: user pool
--   mfa_configuration: OFF, OPTIONAL or ON; null for calls that did not name it
--   event_id: eventID of a call
--   event_name: eventName of a call
--   account_id: AWS account of a call
--   actor_type: kind of principal of a call
--   actor_name: role or user of a call
--   actor_session: keyed hash of the session's name, unless user names are kept
--   allows_totp: as a listing saw it
--   allows_sms: as a listing saw it
--   allows_email: as a listing saw it
--   passkey_is_mfa: as a listing saw it
--   tier: as a listing saw it
--   recovery: as a listing saw it
--   sms_route: as a listing saw it
--   sms_failure: as a listing saw it
--   devices: as a listing saw it
create or replace view public.pool_history as
select
    changed_at as happened_at, 'call' as evidence, aws_region, pool_id, mfa_configuration, event_id, event_name,
    account_id, actor_type, actor_name, actor_session, null::boolean as allows_totp, null::boolean as allows_sms,
    null::boolean as allows_email, null::boolean as passkey_is_mfa, null::varchar as tier, null::varchar as recovery,
    null::varchar as sms_route, null::varchar as sms_failure, null::varchar as devices
from main.pool_change
union all
select
    observed_at, 'listing', aws_region, pool_id, mfa_configuration, null, null, null, null, null, null, allows_totp,
    allows_sms, allows_email, passkey_is_mfa, tier, recovery, sms_route, sms_failure, devices
from main.pool_observation
