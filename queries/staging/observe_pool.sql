-- purpose: note the configuration of the source's pools where it is not what the last listing saw
-- parameters: $source, $observed_at
-- grain: one row per changed pool
insert into pool_observation
with
last as (
    select * from pool_observation
    qualify row_number() over (partition by aws_region, pool_id order by observed_at desc) = 1
)
select
    $observed_at::timestamp, pool.aws_region, pool.pool_id, pool.mfa_configuration,
    pool.allows_totp, pool.allows_sms, pool.allows_email, pool.passkey_is_mfa,
    pool.tier, pool.recovery, pool.sms_route, pool.sms_failure, pool.devices
from pool
left join last using (aws_region, pool_id)
where pool.source = $source
  and (
      last.observed_at is null
      or (
          pool.mfa_configuration, pool.allows_totp, pool.allows_sms, pool.allows_email, pool.passkey_is_mfa,
          pool.tier, pool.recovery, pool.sms_route, pool.sms_failure, pool.devices
      ) <> (
          last.mfa_configuration, last.allows_totp, last.allows_sms, last.allows_email, last.passkey_is_mfa,
          last.tier, last.recovery, last.sms_route, last.sms_failure, last.devices
      )
  )
