-- title: Pools as they are configured
-- purpose: MFA, factors, recovery and remembered devices of every listed pool, and how old the listing is. What a
--   pool does not allow, no user can pass with
-- parameters: $to, $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool
-- place: pools
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   tier: feature plan; empty where Cognito does not tell
--   allowed_factors: factors that it allows, joined by +
--   recovery: account recovery channels in order of priority, comma separated
--   devices: which devices are remembered: off, opt_in or always
--   device_skips_mfa: a remembered device stands in for MFA
--   sms_failure: what Cognito says is wrong with text messages; empty where nothing is
--   replica_regions: AWS Regions with a replica, comma separated
--   app_clients: listed app clients
--   listed_hours_ago: from the description to $to, hours
--   users_listed_hours_ago: from the begin of the last complete listing of its users to $to, hours; null before
--     the first
with
client_count as (
    select pool_id, count(distinct client_id) as app_clients from clients group by pool_id
)
select
    pools.aws_region, pools.pool_id, pools.pool_name, pools.mfa_configuration, pools.tier,
    concat_ws(
        '+', if(pools.allows_totp, 'totp', null), if(pools.passkey_is_mfa, 'passkey', null),
        if(pools.allows_email, 'email', null), if(pools.allows_sms, 'sms', null)
    ) as allowed_factors,
    pools.recovery, pools.devices, pools.device_skips_mfa, pools.sms_failure, pools.replica_regions,
    coalesce(client_count.app_clients, 0) as app_clients,
    epoch($to::timestamp - pools.listed_at) / 3600 as listed_hours_ago,
    epoch($to::timestamp - pools.users_listed_at) / 3600 as users_listed_hours_ago
from pools
left join client_count on client_count.pool_id = pools.pool_id
where ($aws_region::varchar is null or pools.aws_region = $aws_region)
  and ($pool_id::varchar is null or pools.pool_id = $pool_id)
order by pools.aws_region, pools.pool_id
