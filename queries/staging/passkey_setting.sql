-- purpose: whether a passkey counts as MFA, from when on
-- parameters: none
-- grain: one row per Region, pool and change, in the order of time
select aws_region, pool_id, since, passkey_is_mfa from passkey_setting order by since
