-- title: Days without a head count
-- purpose: how complete the daily head counts behind the trend of enrolment are, pool by pool. A day without one is
--   a day on which mfascope did not run, or had no complete listing
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool
-- place: sources
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   first_counted_on: first head count of the store (UTC); null without one
--   last_counted_on: last head count of the store (UTC); null without one
--   days_shown: days of the time shown
--   counted_days: of them, days with a head count
--   counted_ratio: counted_days of days_shown
--   users_listed_at: when the last complete listing of its users began (UTC); null before the first
with
counted as (
    select
        aws_region, pool_id,
        min(day) as first_counted_on,
        max(day) as last_counted_on,
        count(*) filter (
            where day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
        ) as counted_days
    from enrolment_by_day
    group by all
),
span as (
    select
        date_diff('day', $from::timestamp::date, ($to::timestamp - interval 1 microsecond)::date) + 1 as days_shown
)
select
    pools.aws_region, pools.pool_id, pools.pool_name, counted.first_counted_on, counted.last_counted_on,
    span.days_shown,
    coalesce(counted.counted_days, 0) as counted_days,
    coalesce(counted.counted_days, 0) / nullif(span.days_shown, 0) as counted_ratio,
    pools.users_listed_at
from pools
cross join span
left join counted using (aws_region, pool_id)
where ($aws_region::varchar is null or pools.aws_region = $aws_region)
  and ($pool_id::varchar is null or pools.pool_id = $pool_id)
order by counted_ratio, pools.aws_region, pools.pool_id
