-- title: Recovery by kind
-- purpose: how much account recovery there is, how much of it is refused, and how much of it a day and 1,000 active
--   users. Kinds that ask count every attempt, the others what was done. Whole UTC days, of which those before the
--   first record do not count
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per kind, most attempts first
-- place: recovery
-- columns:
--   kind: kind of recovery
--   events: recoveries asked for or done
--   refused: refused attempts
--   attempts: events of kinds that ask; events and refusals of the others
--   refused_ratio: refused of attempts
--   recorded_days: days of the time shown that are on record; null without any
--   events_per_day: events a day
--   active_users: users with a sign-in through the API in 30 days, by the last head count
--   events_per_day_per_1000_active_users: events a day for each 1,000 active users
with
counted as (
    select
        kind,
        coalesce(sum(events) filter (where series = 'recovery_events'), 0)::bigint as events,
        coalesce(sum(events) filter (where series = 'recovery_failures'), 0)::bigint as refused
    from counts_by_day
    where series in ('recovery_events', 'recovery_failures')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by kind
),
-- the last head count of each pool
latest as (
    select active_users
    from enrolment_by_day
    where day <= $to::timestamp::date and (aws_region, pool_id) in (select (aws_region, pool_id) from pools)
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    qualify row_number() over (partition by aws_region, pool_id order by day desc) = 1
),
span as (
    select
        (select sum(active_users)::bigint from latest) as active_users,
        -- the last day is counted whole, as far as it is over
        (
            select least(
                date_trunc('day', $to::timestamp - interval 1 microsecond) + interval 1 day,
                greatest($to::timestamp, (select max(hour) + interval 1 hour from counts_by_hour))
            ) - if(min(day) < $from::timestamp::date, $from::timestamp::date, min(day))
            from counts_by_day
        ) as recorded_time
),
final as (
    select
        counted.kind, counted.events, counted.refused,
        counted.events
            + if(counted.kind in ('self_reset_requested', 'code_resent'), 0, counted.refused) as attempts,
        nullif(greatest(epoch(span.recorded_time) / 86400, 0), 0) as recorded_days,
        span.active_users
    from counted
    cross join span
)
select
    kind, events, refused, attempts,
    refused / nullif(attempts, 0) as refused_ratio,
    recorded_days,
    events / nullif(recorded_days, 0) as events_per_day,
    active_users,
    1000 * events / nullif(recorded_days, 0) / nullif(active_users, 0) as events_per_day_per_1000_active_users
from final
order by attempts desc, kind
