-- title: Enrolment by factor
-- purpose: which factors capable users have in each pool, for how many it is the only one, and how many prefer it.
--   Who has two factors counts at both
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region, pool and factor
-- place: overview
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   factor: totp, sms, email or passkey
--   capable_users: eligible users who can pass MFA with any factor
--   factor_users: of them, those who can with this one
--   factor_ratio: factor_users of capable_users
--   only_factor_users: of factor_users, those who have no other
--   preferring_users: of factor_users, those who prefer it
with
-- capable users by what they have
combination as (
    select aws_region, pool_id, can_totp, can_sms, can_email, can_passkey, preferred, count(*) as users
    from users
    where is_eligible and is_capable
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
),
-- each combination once for each factor
told as (
    select
        aws_region, pool_id, preferred, users,
        can_totp::integer + can_sms::integer + can_email::integer + can_passkey::integer as factors,
        unnest([
            {'factor': 'totp', 'is_usable': can_totp}, {'factor': 'sms', 'is_usable': can_sms},
            {'factor': 'email', 'is_usable': can_email}, {'factor': 'passkey', 'is_usable': can_passkey}
        ]) as way
    from combination
),
counted as (
    select
        aws_region, pool_id, way.factor as factor,
        sum(users)::bigint as capable_users,
        coalesce(sum(users) filter (where way.is_usable), 0)::bigint as factor_users,
        coalesce(sum(users) filter (where way.is_usable and factors = 1), 0)::bigint as only_factor_users,
        coalesce(sum(users) filter (where way.is_usable and preferred = way.factor), 0)::bigint as preferring_users
    from told
    group by all
)
select
    aws_region, pool_id, factor, capable_users, factor_users,
    factor_users / nullif(capable_users, 0) as factor_ratio,
    only_factor_users, preferring_users
from counted
order by aws_region, pool_id, factor_users desc, factor
