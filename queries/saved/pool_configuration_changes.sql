-- title: Changes of the pools' MFA configuration
-- purpose: every call that may have changed a pool and every change that a listing saw, newest first, with what the
--   configuration was before. A listing tells what changed, a call who did it
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per call, and per change that a listing saw; 1000 at most
-- place: audit
-- columns:
--   happened_at: when the call completed or the listing saw the change (UTC)
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name; null where it is no longer listed
--   evidence: call or listing
--   event_name: eventName of a call
--   mfa_before: MFA configuration last told before; null where nothing tells
--   mfa_configuration: OFF, OPTIONAL or ON; null for calls that did not name it
--   is_lowered: it is less than before
--   allows_totp: authenticator apps are a factor, as a listing saw it
--   allows_sms: text messages are, as a listing saw it
--   allows_email: e-mail codes are, as a listing saw it
--   passkey_is_mfa: passkeys count as MFA, as a listing saw it
--   devices: which devices are remembered, as a listing saw it
--   sms_failure: what Cognito says is wrong with text messages, as a listing saw it
--   actor_type: kind of principal of a call
--   actor_name: role or user of a call
--   actor_session: keyed hash of the session's name, unless user names are kept
with
-- what was told last before each word
told as (
    select
        happened_at, aws_region, pool_id, evidence, event_id, event_name, mfa_configuration, allows_totp, allows_sms,
        allows_email, passkey_is_mfa, devices, sms_failure, actor_type, actor_name, actor_session,
        last_value(mfa_configuration ignore nulls) over (
            partition by aws_region, pool_id order by happened_at, evidence, event_id
            rows between unbounded preceding and 1 preceding
        ) as mfa_before
    from pool_history
    where happened_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
)
select
    told.happened_at, told.aws_region, told.pool_id, pools.pool_name, told.evidence, told.event_name, told.mfa_before,
    told.mfa_configuration,
    coalesce(
        list_position(['OFF', 'OPTIONAL', 'ON'], told.mfa_configuration)
            < list_position(['OFF', 'OPTIONAL', 'ON'], told.mfa_before),
        false
    ) as is_lowered,
    told.allows_totp, told.allows_sms, told.allows_email, told.passkey_is_mfa, told.devices, told.sms_failure,
    told.actor_type, told.actor_name, told.actor_session
from told
left join pools on pools.aws_region = told.aws_region and pools.pool_id = told.pool_id
where told.happened_at >= $from::timestamp
order by told.happened_at desc, told.aws_region, told.pool_id, told.evidence, told.event_id
limit 1000
