-- title: Users whose evidence disagrees
-- purpose: users who passed MFA within 90 days though a later look-up lists no factor, in a pool that does not
--   require MFA. They count as able to pass; a factor that Cognito lists under no name, or one that was taken away,
--   explains it
-- parameters: $aws_region, $pool_id
-- grain: one row per user, newest look-up first, 1000 at most
-- place: sources
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   sub: the user
--   has_totp: evidence of an authenticator app stands
--   has_sms: evidence of text messages stands
--   has_email: evidence of e-mail codes stands
--   has_passkey: evidence of a passkey stands
--   looked_up_at: newest look-up, which lists none (UTC)
--   evidence_at: newest evidence of any kind (UTC)
--   last_sign_in_at: newest sign-in through the API (UTC)
select
    aws_region, pool_id, sub, has_totp, has_sms, has_email, has_passkey, looked_up_at, evidence_at, last_sign_in_at
from users
where is_conflict
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
order by looked_up_at desc, aws_region, pool_id, sub
limit 1000
