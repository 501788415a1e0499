-- title: Days without records
-- purpose: stretches of days of the time shown on which nothing of a listed pool was counted: a trail that was off,
--   a pool nobody uses, or days before the first record. Figures over such days tell less than they seem to
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region, pool and stretch of days, newest first
-- place: sources
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   from_day: first day of the stretch (UTC)
--   through_day: last day of it (UTC)
--   days: days of it
--   days_without_any: of them, days on which nothing of any pool was counted
with
shown as (
    select span.first_instant::date as day
    from range(date_trunc('day', $from::timestamp), $to::timestamp, interval 1 day) as span(first_instant)
),
-- what is on record of each pool
recorded as (
    select aws_region, pool_id, day
    from counts_by_day
    where pool_id <> ''
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
),
anywhere as (
    select distinct day from recorded
),
silent as (
    select pools.aws_region, pools.pool_id, pools.pool_name, shown.day, anywhere.day is null as is_everywhere
    from pools
    cross join shown
    left join anywhere on anywhere.day = shown.day
    anti join recorded
        on recorded.aws_region = pools.aws_region and recorded.pool_id = pools.pool_id and recorded.day = shown.day
    where ($aws_region::varchar is null or pools.aws_region = $aws_region)
      and ($pool_id::varchar is null or pools.pool_id = $pool_id)
),
-- days in a row are as far from their number
numbered as (
    select
        aws_region, pool_id, pool_name, day, is_everywhere,
        day - (row_number() over (partition by aws_region, pool_id order by day))::integer as stretch
    from silent
),
stretched as (
    select
        aws_region, pool_id, pool_name,
        min(day) as from_day,
        max(day) as through_day,
        count(*) as days,
        count(*) filter (where is_everywhere) as days_without_any
    from numbered
    group by aws_region, pool_id, pool_name, stretch
)
select aws_region, pool_id, pool_name, from_day, through_day, days, days_without_any
from stretched
order by from_day desc, aws_region, pool_id
limit 1000
