-- purpose: users who reset their password, and how many of them then failed MFA within a day
-- parameters: $from, $to: when they reset it, half open; $aws_region, $pool_id: one pool, null for every pool
-- grain: one row
-- columns: users, failed_users
with
reset as (
    select pool_id, sub, called_at as reset_at
    from password_call
    where called_at >= $from::timestamp and called_at < $to::timestamp
      and kind = 'self_reset_completed' and outcome = 'success' and sub is not null
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
failed as (
    select pool_id, sub, ended_at
    from failed_session
    where ended_at >= $from::timestamp and ended_at < $to::timestamp + interval 1 day
)
select
    count(distinct (reset.pool_id, reset.sub)) as users,
    count(distinct (reset.pool_id, reset.sub)) filter (where failed.sub is not null) as failed_users
from reset
left join failed
    on failed.pool_id = reset.pool_id and failed.sub = reset.sub
   and failed.ended_at > reset.reset_at and failed.ended_at <= reset.reset_at + interval 1 day
