-- title: What would change if MFA were required
-- purpose: active users by what Cognito would do with them at the first sign-in after a pool is switched to ON with
--   the factors that it allows now. Who has a factor is prompted; a listed phone or mailbox is used without asking;
--   the others must set up an app, or are locked out where the pool allows none
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region and pool
-- place: pools
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   allowed_factors: factors that the pool allows now, joined by +
--   active_users: eligible users with a sign-in through the API in 30 days
--   ready_users: of them, those with evidence of a factor that the pool allows
--   ready_ratio: ready_users of active_users
--   sms_users: of the others, those who would be sent a text message
--   email_users: of the others, those who would be sent an e-mail
--   must_set_up_users: of the others, those who must set up an authenticator app
--   locked_out_users: of the others, those for whom the pool has no way
--   unknown_users: of active_users, those whose factors are not known: some who count as others may be ready
with
way as (
    select
        aws_region, pool_id, pool_name, mfa_configuration, allows_totp, allows_sms, allows_email, passkey_is_mfa,
        concat_ws(
            '+', if(allows_totp, 'totp', null), if(passkey_is_mfa, 'passkey', null), if(allows_email, 'email', null),
            if(allows_sms, 'sms', null)
        ) as allowed_factors
    from pools
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
-- an implicit factor is no factor of the user's own, but sends the same message
judged as (
    select
        users.aws_region, users.pool_id, users.state,
        case
            when (users.has_totp and way.allows_totp) or (users.has_sms and way.allows_sms)
              or (users.has_email and way.allows_email) or (users.has_passkey and way.passkey_is_mfa) then 'ready'
            when way.allows_sms and users.has_phone then 'sms'
            when way.allows_email and users.has_email_address then 'email'
            when way.allows_totp then 'must_set_up'
            else 'locked_out'
        end as outcome
    from users
    join way on way.aws_region = users.aws_region and way.pool_id = users.pool_id
    where users.is_eligible and users.is_active
),
counted as (
    select
        aws_region, pool_id,
        count(*) as active_users,
        count(*) filter (where outcome = 'ready') as ready_users,
        count(*) filter (where outcome = 'sms') as sms_users,
        count(*) filter (where outcome = 'email') as email_users,
        count(*) filter (where outcome = 'must_set_up') as must_set_up_users,
        count(*) filter (where outcome = 'locked_out') as locked_out_users,
        count(*) filter (where state = 'unknown') as unknown_users
    from judged
    group by all
)
select
    way.aws_region, way.pool_id, way.pool_name, way.mfa_configuration, way.allowed_factors, counted.active_users,
    counted.ready_users,
    counted.ready_users / nullif(counted.active_users, 0) as ready_ratio,
    counted.sms_users, counted.email_users, counted.must_set_up_users, counted.locked_out_users,
    counted.unknown_users
from counted
join way using (aws_region, pool_id)
order by counted.locked_out_users desc, counted.must_set_up_users desc, way.aws_region, way.pool_id
