-- title: Who cannot recover on their own
-- purpose: active users without a verified channel that the pool recovers by, once the channel of their second
--   factor is taken away. With a second verified channel, or an authenticator app preferred, they could. See
--   recovery_dead_ends
-- parameters: $aws_region, $pool_id
-- grain: one row per user, newest sign-in first, 1000 at most
-- place: recovery
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   sub: the user
--   strength: strong, sms_only, email_only or sms_and_email; null for who cannot pass MFA
--   preferred: the preferred factor; null where none is known
--   recovery: what the pool recovers by, in order of priority, comma separated
--   phone_verified: a verified phone number is listed
--   email_verified: a verified e-mail address is listed
--   is_caused_by_mfa: without MFA there would be a channel
--   last_sign_in_at: newest sign-in through the API (UTC)
with
judged as (
    select
        users.aws_region, users.pool_id, users.sub, users.strength, users.preferred, pools.recovery,
        users.last_sign_in_at,
        users.has_phone and coalesce(users.phone_verified, false) as phone_verified,
        users.has_email_address and coalesce(users.email_verified, false) as email_verified,
        pools.recovery = '' or contains(pools.recovery, 'verified_phone_number') as by_phone,
        pools.recovery = '' or contains(pools.recovery, 'verified_email') as by_email,
        users.can_sms and coalesce(users.preferred = 'sms' or users.strength = 'sms_only', false) as is_phone_taken,
        users.can_email and coalesce(users.preferred = 'email' or users.strength = 'email_only', false)
            as is_email_taken
    from users
    join pools on pools.aws_region = users.aws_region and pools.pool_id = users.pool_id
    where users.is_eligible and users.is_active
      and ($aws_region::varchar is null or users.aws_region = $aws_region)
      and ($pool_id::varchar is null or users.pool_id = $pool_id)
)
select
    aws_region, pool_id, sub, strength, preferred, recovery, phone_verified, email_verified,
    (by_phone and phone_verified) or (by_email and email_verified) as is_caused_by_mfa,
    last_sign_in_at
from judged
where not ((by_phone and phone_verified and not is_phone_taken) or (by_email and email_verified and not is_email_taken))
order by last_sign_in_at desc, aws_region, pool_id, sub
limit 1000
