-- title: Users who reset their password and then fail MFA
-- purpose: a new password does not help who has lost the second factor: users who completed a reset, and how many
--   of them failed MFA within a day after it. Only as far back as raw records are kept
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and pool
-- place: recovery
-- columns:
--   aws_region: where the resets ran
--   pool_id: user pool
--   reset_users: users who completed a reset in the time shown
--   failed_users: of them, those with a failed challenge session within a day after it
--   failed_ratio: failed_users of reset_users
--   failed_low: lower end of Wilson's 95 % interval
--   failed_high: upper end of it
with
reset as (
    select aws_region, pool_id, sub, event_time as reset_at
    from recovery_events
    where kind = 'self_reset_completed' and outcome = 'success' and sub is not null
      and event_time >= $from::timestamp and event_time < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
failed as (
    select pool_id, sub, ended_at
    from challenge_sessions
    where is_failed and ended_at >= $from::timestamp and ended_at < $to::timestamp + interval 1 day
),
counted as (
    select
        reset.aws_region, reset.pool_id,
        count(distinct reset.sub) as reset_users,
        count(distinct reset.sub) filter (where failed.sub is not null) as failed_users
    from reset
    left join failed
        on failed.pool_id = reset.pool_id and failed.sub = reset.sub
       and failed.ended_at > reset.reset_at and failed.ended_at <= reset.reset_at + interval 1 day
    group by all
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        aws_region, pool_id, reset_users, failed_users,
        1.96 * sqrt(
            3.8416 + 4 * failed_users * (greatest(reset_users - failed_users, 0) / nullif(reset_users, 0))
        ) as spread
    from counted
)
select
    aws_region, pool_id, reset_users, failed_users,
    failed_users / nullif(reset_users, 0) as failed_ratio,
    (2 * failed_users + 3.8416 - spread) / (2 * (reset_users + 3.8416)) as failed_low,
    (2 * failed_users + 3.8416 + spread) / (2 * (reset_users + 3.8416)) as failed_high
from rated
order by failed_low desc, aws_region, pool_id
