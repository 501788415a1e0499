-- title: Active users without MFA
-- purpose: users who signed in through the API in the last 30 days and of whom it is known that they cannot pass
--   MFA: the first to ask. Users of unknown state are not in it
-- parameters: $aws_region, $pool_id, $country
-- grain: one row per user, newest sign-in first, 1000 at most
-- place: overview
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   sub: the user
--   status: UserStatus as Cognito names it
--   state: what is known of MFA: none, or a factor that the pool does not allow now
--   country: country of the phone number, alpha-2
--   has_phone: a phone number is listed
--   phone_verified: it is verified
--   created_at: when the user was made (UTC)
--   last_sign_in_at: newest sign-in through the API (UTC)
--   evidence_at: newest evidence about MFA (UTC)
select
    aws_region, pool_id, sub, status, state, country, has_phone, phone_verified, created_at, last_sign_in_at,
    evidence_at
from users
where is_eligible and is_active and not is_capable and state <> 'unknown'
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
  and ($country::varchar is null or country = $country)
order by last_sign_in_at desc, aws_region, pool_id, sub
limit 1000
