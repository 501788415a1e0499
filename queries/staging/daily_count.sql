-- purpose: move the counts by day
-- parameters: $from, $to: first moved hour, end of the last
-- grain: one row per day and series
merge into daily_count
using (
    select hour::date as day, * exclude (hour, change), sum(change)::bigint as change from moved group by all
) as moved
on daily_count.day >= $from::date and daily_count.day <= $to::date
   and daily_count.day = moved.day and daily_count.series = moved.series
   and daily_count.aws_region = moved.aws_region and daily_count.pool_id = moved.pool_id
   and daily_count.client_id = moved.client_id and daily_count.agent = moved.agent
   and daily_count.country = moved.country and daily_count.factor = moved.factor
   and daily_count.reason = moved.reason and daily_count.kind = moved.kind and daily_count.via = moved.via
when matched then update set events = daily_count.events + moved.change
when not matched then insert (
    day, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, events
) values (
    moved.day, moved.series, moved.aws_region, moved.pool_id, moved.client_id, moved.agent, moved.country,
    moved.factor, moved.reason, moved.kind, moved.via, moved.change
)
