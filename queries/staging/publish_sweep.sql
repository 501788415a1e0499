-- purpose: a slice of the complete sweep becomes the listing; users who are as they were are not
--   written again
-- parameters: $sweep_id, $aws_region, $pool_id; $first_sub, $last_sub: the slice
-- grain: one row per user
merge into listed_user
using (
    select distinct on (sub) * exclude (sweep_id, told_at)
    from swept_user
    where sweep_id = $sweep_id::uuid and sub between $first_sub::uuid and $last_sub::uuid
) as swept
on listed_user.aws_region = $aws_region and listed_user.pool_id = $pool_id and listed_user.sub = swept.sub
when matched and (
    listed_user.username is distinct from swept.username
    or listed_user.status <> swept.status
    or listed_user.enabled <> swept.enabled
    or listed_user.created_at is distinct from swept.created_at
    or listed_user.has_phone <> swept.has_phone
    or listed_user.has_email <> swept.has_email
    or listed_user.phone_verified <> swept.phone_verified
    or listed_user.email_verified <> swept.email_verified
    or listed_user.country is distinct from swept.country
) then update set
    username = swept.username,
    status = swept.status,
    enabled = swept.enabled,
    created_at = swept.created_at,
    has_phone = swept.has_phone,
    has_email = swept.has_email,
    phone_verified = swept.phone_verified,
    email_verified = swept.email_verified,
    country = swept.country
when not matched then insert by name
