-- title: Which factors users have together
-- purpose: capable users by the set of factors they can use now: who has one factor alone loses everything with it
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region, pool and set of factors
-- place: overview
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   factors: the factors, joined by +
--   capable_users: eligible users who can pass MFA with just these
--   active_users: of them, those with a sign-in through the API in 30 days
--   pool_capable_users: capable users of the pool
--   capable_ratio: capable_users of pool_capable_users
with
combination as (
    select
        aws_region, pool_id,
        concat_ws(
            '+', if(can_totp, 'totp', null), if(can_passkey, 'passkey', null), if(can_email, 'email', null),
            if(can_sms, 'sms', null)
        ) as factors,
        count(*) as capable_users,
        count(*) filter (where is_active) as active_users
    from users
    where is_eligible and is_capable
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
),
final as (
    select
        aws_region, pool_id, factors, capable_users, active_users,
        sum(capable_users) over (partition by aws_region, pool_id)::bigint as pool_capable_users
    from combination
)
select
    aws_region, pool_id, factors, capable_users, active_users, pool_capable_users,
    capable_users / nullif(pool_capable_users, 0) as capable_ratio
from final
order by aws_region, pool_id, capable_users desc, factors
