-- purpose: what files told of a pool, and the pool as it is known
-- parameters: $aws_region, $pool_id
-- grain: at most one row
-- columns: those of told_pool; those of pool, null where it is not known
select
    told_pool.listed_at, told_pool.description, told_pool.described_at, told_pool.factors, told_pool.configured_at,
    pool.pool_name, pool.mfa_configuration, pool.tier, pool.allows_totp, pool.allows_sms, pool.allows_email,
    pool.passkey_is_mfa, pool.has_passkeys, pool.recovery, pool.sms_route, pool.sms_region, pool.sms_failure,
    pool.devices, pool.device_skips_mfa, pool.replica_regions
from told_pool
left join pool using (aws_region, pool_id)
where told_pool.aws_region = $aws_region and told_pool.pool_id = $pool_id
limit 1
