-- title: Recovery for each 1,000 active users, by pool
-- purpose: which pools cause most support, for their size. Kinds that ask count every attempt, the others what was
--   done. Whole UTC days, of which those before the first record do not count
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool
-- place: recovery
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   active_users: users with a sign-in through the API in 30 days, by the last head count
--   recorded_days: days of the time shown that are on record; null without any
--   events: recoveries asked for or done
--   self_events: of them, by users themselves
--   admin_events: of them, by administrators
--   mfa_removals: of them, factors that were switched off, by whomever
--   events_per_day_per_1000_active_users: events a day for each 1,000 active users
--   admin_events_per_day_per_1000_active_users: those by administrators
with
counted as (
    select
        aws_region, pool_id,
        sum(events)::bigint as events,
        coalesce(sum(events) filter (where kind not like 'admin_%'), 0)::bigint as self_events,
        coalesce(sum(events) filter (where kind like 'admin_%'), 0)::bigint as admin_events,
        coalesce(sum(events) filter (where kind like '%_mfa_disable'), 0)::bigint as mfa_removals
    from counts_by_day
    where series = 'recovery_events'
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
),
-- the last head count of each pool
latest as (
    select aws_region, pool_id, active_users
    from enrolment_by_day
    where day <= $to::timestamp::date
    qualify row_number() over (partition by aws_region, pool_id order by day desc) = 1
),
-- the last day is counted whole, as far as it is over
span as (
    select
        least(
            date_trunc('day', $to::timestamp - interval 1 microsecond) + interval 1 day,
            greatest($to::timestamp, (select max(hour) + interval 1 hour from counts_by_hour))
        ) - if(min(day) < $from::timestamp::date, $from::timestamp::date, min(day)) as recorded_time
    from counts_by_day
),
final as (
    select
        pools.aws_region, pools.pool_id, pools.pool_name, latest.active_users,
        nullif(greatest(epoch(span.recorded_time) / 86400, 0), 0) as recorded_days,
        coalesce(counted.events, 0) as events,
        coalesce(counted.self_events, 0) as self_events,
        coalesce(counted.admin_events, 0) as admin_events,
        coalesce(counted.mfa_removals, 0) as mfa_removals
    from pools
    cross join span
    left join counted using (aws_region, pool_id)
    left join latest using (aws_region, pool_id)
    where ($aws_region::varchar is null or pools.aws_region = $aws_region)
      and ($pool_id::varchar is null or pools.pool_id = $pool_id)
)
select
    aws_region, pool_id, pool_name, active_users, recorded_days, events, self_events, admin_events, mfa_removals,
    1000 * events / nullif(recorded_days, 0) / nullif(active_users, 0) as events_per_day_per_1000_active_users,
    1000 * admin_events / nullif(recorded_days, 0) / nullif(active_users, 0)
        as admin_events_per_day_per_1000_active_users
from final
order by events_per_day_per_1000_active_users desc, aws_region, pool_id
