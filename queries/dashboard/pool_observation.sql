-- purpose: configurations of every pool as listings saw them change, oldest first
-- parameters: none
-- grain: one row per change and pool
-- columns: the configuration from then on
select
    observed_at, aws_region, pool_id, mfa_configuration, allows_totp, allows_sms, allows_email, passkey_is_mfa,
    tier, recovery, sms_route, sms_failure, devices
from pool_observation
order by aws_region, pool_id, observed_at
