-- purpose: move the totals; a total that somebody may have seen never falls
-- parameters: none
-- grain: one row per series
merge into counter
using (
    select
        series, aws_region, pool_id, country, factor, reason, kind,
        -- only sign-ins show it: what moves from one way to another is held in one total, not in two
        case when series = 'sign_ins' then via else '' end as via,
        sum(change)::bigint as change
    from moved
    group by all
    having sum(change) <> 0
) as moved
on counter.series = moved.series and counter.aws_region = moved.aws_region and counter.pool_id = moved.pool_id
   and counter.country = moved.country and counter.factor = moved.factor and counter.reason = moved.reason
   and counter.kind = moved.kind and counter.via = moved.via
when matched then update set
    truth = counter.truth + moved.change,
    shown = greatest(
        case when (select is_shown from settlement) then counter.shown else 0 end, counter.truth + moved.change
    )
when not matched then insert (series, aws_region, pool_id, country, factor, reason, kind, via, truth, shown)
values (
    moved.series, moved.aws_region, moved.pool_id, moved.country, moved.factor, moved.reason, moved.kind, moved.via,
    moved.change, moved.change
)
