-- purpose: pools of the last complete listings, with the age of their user list and the sweep under way
-- parameters: none
-- grain: one row per Region and pool
-- columns: configuration; listed_users_at is null until a first sweep is complete; sweep_* are null
--   while none is under way
select
    pool.aws_region, pool.pool_id, pool.pool_name, pool.mfa_configuration, pool.tier, pool.source,
    pool.allows_totp, pool.allows_sms, pool.allows_email, pool.passkey_is_mfa, pool.has_passkeys,
    pool.recovery, pool.sms_route, pool.sms_region, pool.sms_failure,
    pool.devices, pool.device_skips_mfa, pool.replica_regions,
    listing.started_at as listed_users_at, listing.users as listed_users,
    sweep.started_at as sweep_started_at, sweep.users as sweep_users
from pool
left join listing using (source, aws_region, pool_id)
left join sweep using (source, aws_region, pool_id)
order by pool.aws_region, pool.pool_id
