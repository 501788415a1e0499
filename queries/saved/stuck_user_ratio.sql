-- title: How many challenged users never get through
-- purpose: of the users challenged since the begin of the time shown until now, those with failed sessions and no
--   accepted code. Told by the newest proof of each user, so it always ends now
-- parameters: $from, $pool_id
-- grain: one row per pool
-- place: challenges
-- columns:
--   pool_id: user pool
--   challenged_users: users with an accepted code or a failed session
--   stuck_users: of them, users with failed sessions only
--   stuck_ratio: stuck_users of challenged_users
with
-- custom challenges and pages leave no proof
passed as (
    select distinct pool_id, sub
    from (
        select pool_id, sub
        from user_factors
        where proven_at >= $from::timestamp
          and ($pool_id::varchar is null or pool_id = $pool_id)
          and (factor <> 'passkey' or pool_id in (select pool_id from pools where passkey_is_mfa))
        union all
        select pool_id, sub
        from challenge_sessions
        where not is_failed and factor in ('custom', 'unknown') and ended_at >= $from::timestamp
          and ($pool_id::varchar is null or pool_id = $pool_id)
    )
),
failed as (
    select distinct pool_id, sub
    from challenge_sessions
    where is_failed and ended_at >= $from::timestamp
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
stuck as (
    select pool_id, sub from failed anti join passed using (pool_id, sub)
),
challenged as (
    select pool_id, false as is_stuck from passed
    union all
    select pool_id, true as is_stuck from stuck
),
counted as (
    select pool_id, count(*) as challenged_users, count(*) filter (where is_stuck) as stuck_users
    from challenged
    group by pool_id
)
select
    pool_id, challenged_users, stuck_users,
    stuck_users / nullif(challenged_users, 0) as stuck_ratio
from counted
order by stuck_ratio desc, pool_id
