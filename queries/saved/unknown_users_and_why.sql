-- title: Users of unknown state, and why
-- purpose: why nothing is known about the MFA of eligible users: what to switch on or wait for. Who signs in
--   without being challenged tells nothing by himself; a look-up does
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region, pool and reason, most users first
-- place: sources
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   why: why nothing is known
--   unknown_users: eligible users of unknown state
--   active_users: of them, those with a sign-in through the API in 30 days
--   eligible_users: eligible users of the pool
--   unknown_ratio: unknown_users of eligible_users
with
judged as (
    select
        aws_region, pool_id, is_active,
        case
            when state <> 'unknown' then ''
            when is_direction_unknown then 'factors were changed, and the record does not tell how'
            when evidence_at is not null then 'the evidence is too old, or only tells of factors switched off'
            when is_active then 'signs in unchallenged, never looked up'
            when last_sign_in_at is not null then 'no sign-in for 30 days, never looked up'
            else 'no sign-in on record, never looked up'
        end as why
    from users
    where is_eligible
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
counted as (
    select
        aws_region, pool_id, why,
        count(*) as users,
        count(*) filter (where is_active) as active_users
    from judged
    group by all
),
rated as (
    select
        aws_region, pool_id, why, users, active_users,
        sum(users) over (partition by aws_region, pool_id)::bigint as eligible_users
    from counted
)
select
    aws_region, pool_id, why,
    users as unknown_users,
    active_users, eligible_users,
    users / nullif(eligible_users, 0) as unknown_ratio
from rated
where why <> ''
order by aws_region, pool_id, unknown_users desc, why
