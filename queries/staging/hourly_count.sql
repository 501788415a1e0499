-- purpose: move the counts by hour
-- parameters: $from, $to: first moved hour, end of the last
-- grain: one row per hour and series
merge into hourly_count
using moved
on hourly_count.hour >= $from::timestamp and hourly_count.hour < $to::timestamp
   and hourly_count.hour = moved.hour and hourly_count.series = moved.series
   and hourly_count.aws_region = moved.aws_region and hourly_count.pool_id = moved.pool_id
   and hourly_count.client_id = moved.client_id and hourly_count.agent = moved.agent
   and hourly_count.country = moved.country and hourly_count.factor = moved.factor
   and hourly_count.reason = moved.reason and hourly_count.kind = moved.kind and hourly_count.via = moved.via
when matched then update set events = hourly_count.events + moved.change
when not matched then insert (
    hour, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, events
) values (
    moved.hour, moved.series, moved.aws_region, moved.pool_id, moved.client_id, moved.agent, moved.country,
    moved.factor, moved.reason, moved.kind, moved.via, moved.change
)
