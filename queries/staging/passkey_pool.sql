-- purpose: pools where a passkey counts as MFA
-- parameters: none
-- grain: one row per Region and pool
select distinct aws_region, pool_id from pool where passkey_is_mfa
