-- purpose: move the totals by what changed in the affected hours; a shown total never falls
-- parameters: $from, $to: first affected hour, end of the last
-- grain: one row per series
merge into counter
using (
    select series, aws_region, pool_id, factor, reason, kind, via, sum(change)::bigint as change
    from (
        select series, aws_region, pool_id, factor, reason, kind, via, events as change
        from fresh_hourly_count
        union all
        select series, aws_region, pool_id, factor, reason, kind, via, -events as change
        from hourly_count
        where hour >= $from::timestamp and hour < $to::timestamp and hour in (select hour from affected_hour)
    )
    group by all
    having sum(change) <> 0
) as moved
on counter.series = moved.series and counter.aws_region = moved.aws_region and counter.pool_id = moved.pool_id
   and counter.factor = moved.factor and counter.reason = moved.reason
   and counter.kind = moved.kind and counter.via = moved.via
when matched then update set
    truth = counter.truth + moved.change,
    shown = greatest(counter.shown, counter.truth + moved.change)
when not matched then insert values (
    moved.series, moved.aws_region, moved.pool_id, moved.factor, moved.reason, moved.kind, moved.via,
    moved.change, moved.change
)
