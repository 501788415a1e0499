-- title: Counts that belong to no known pool
-- purpose: how much of each series names no pool, not even by its client or user: it is in the totals of a Region,
--   but in no pool's figures. Clients that were deleted before the first listing are the usual reason. Whole UTC days
-- parameters: $from, $to, $aws_region
-- grain: one row per AWS Region and series with such counts, highest share first
-- place: sources
-- columns:
--   aws_region: AWS Region
--   series: what is counted
--   counts: what an event of it is
--   events: all events of the series
--   unknown_events: of them, those of no known pool
--   unknown_ratio: unknown_events of events
--   last_day: the last day with one (UTC)
with
counted as (
    select
        aws_region, series,
        sum(events)::bigint as events,
        coalesce(sum(events) filter (where pool_id = 'unknown'), 0)::bigint as unknown_events,
        max(day) filter (where pool_id = 'unknown') as last_day
    from counts_by_day
    where pool_id <> ''
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
    group by all
    having coalesce(sum(events) filter (where pool_id = 'unknown'), 0) > 0
)
select
    counted.aws_region, counted.series, series.counts, counted.events, counted.unknown_events,
    counted.unknown_events / nullif(counted.events, 0) as unknown_ratio,
    counted.last_day
from counted
left join series on series.series = counted.series
order by unknown_ratio desc, counted.unknown_events desc, counted.aws_region, counted.series
