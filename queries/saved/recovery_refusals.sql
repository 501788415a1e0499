-- title: Why recovery is refused
-- purpose: refused recoveries by kind and reason. Users without a channel to recover by cannot help themselves;
--   limits speak of users who try again and again, or of somebody who tries for them. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region, pool, kind and reason, most first
-- place: recovery
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   kind: kind of recovery
--   reason: why it was refused
--   meaning: the reason in plain words
--   refused: attempts refused for this reason
--   kind_refused: attempts of the kind refused for any reason
--   reason_ratio: refused of kind_refused
with
counted as (
    select aws_region, pool_id, kind, reason, sum(events)::bigint as refused
    from counts_by_day
    where series = 'recovery_failures'
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
    having sum(events) > 0
),
rated as (
    select
        aws_region, pool_id, kind, reason, refused,
        sum(refused) over (partition by aws_region, pool_id, kind)::bigint as kind_refused
    from counted
)
select
    rated.aws_region, rated.pool_id, rated.kind, rated.reason, reasons.meaning, rated.refused, rated.kind_refused,
    rated.refused / nullif(rated.kind_refused, 0) as reason_ratio
from rated
left join reasons on reasons.place = 'challenge' and reasons.reason = rated.reason
order by rated.refused desc, rated.aws_region, rated.pool_id, rated.kind, rated.reason
limit 1000
