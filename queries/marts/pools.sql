-- purpose: user pools of the last complete listing, as they are configured
-- parameters: none
-- grain: one row per AWS Region and pool; replicas of a pool have one row a Region
-- evidence: DescribeUserPool and GetUserPoolMfaConfig, at listed_at
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   tier: feature plan: LITE, ESSENTIALS or PLUS; empty where Cognito does not tell
--   allows_totp: authenticator apps are a factor of the pool
--   allows_sms: text messages are
--   allows_email: e-mail codes are
--   has_passkeys: passkeys may be used to sign in
--   passkey_is_mfa: and count as MFA
--   recovery: account recovery channels in order of priority, comma separated
--   sms_route: sns, end_user_messaging, custom_sender or none
--   sms_region: AWS Region that sends the pool's text messages; empty where none
--   sms_failure: what Cognito says is wrong with text messages; empty where nothing is
--   devices: which devices are remembered: off, opt_in or always
--   device_skips_mfa: a remembered device stands in for MFA
--   replica_regions: AWS Regions with a replica, comma separated
--   listed_at: when it was described
--   users_listed_at: when the last complete listing of its users began; null before the first
create or replace view public.pools as
select
    pool.aws_region, pool.pool_id, pool.pool_name, pool.mfa_configuration, pool.tier, pool.allows_totp,
    pool.allows_sms, pool.allows_email, pool.has_passkeys, pool.passkey_is_mfa, pool.recovery, pool.sms_route,
    pool.sms_region, pool.sms_failure, pool.devices, pool.device_skips_mfa, pool.replica_regions, pool.listed_at,
    listing.started_at as users_listed_at
from main.pool
left join main.listing using (source, aws_region, pool_id)
