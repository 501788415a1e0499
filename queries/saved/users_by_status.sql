-- title: Users by account status
-- purpose: every listed user by status, and which of them are in the denominator of MFA. Federated, disabled and
--   unconfirmed users are in no ratio
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region, pool, status and whether enabled
-- place: pools
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   status: UserStatus as Cognito names it
--   is_enabled: the users may sign in
--   is_eligible: the users are in the denominator
--   users: how many there are
--   known_users: with evidence about MFA
--   capable_users: who can pass MFA
--   active_users: with a sign-in through the API in 30 days
select
    aws_region, pool_id, status, is_enabled, is_eligible,
    count(*) as users,
    count(*) filter (where state not in ('unknown', 'federated')) as known_users,
    count(*) filter (where is_capable) as capable_users,
    count(*) filter (where is_active) as active_users
from users
where ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by all
order by aws_region, pool_id, users desc, status, is_enabled
