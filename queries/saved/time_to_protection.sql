-- title: How long users stay without MFA after it was switched off
-- purpose: of the calls that switched off a factor, those after which a record shows the user protected again
--   within a day and within a week. Calls too young for the answer are not in its denominator
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per kind
-- place: audit
-- columns:
--   kind: admin_mfa_disable or self_mfa_disable
--   removals: calls that switched off a factor of a known user
--   protected_again: of them, those after which the user is protected again
--   median_hours: of protected_again, half took at most this long, hours
--   p90_hours: nine of ten took at most this long, hours
--   removals_a_day_old: removals at least a day before the end of the time shown
--   protected_in_a_day_ratio: of them, those with protection within a day
--   removals_a_week_old: removals at least 7 days before the end of the time shown
--   protected_in_a_week_ratio: of them, those with protection within 7 days
with
removed as (
    select
        kind, removed_at, protected_at,
        epoch(protected_at - removed_at) / 3600 as hours
    from mfa_removals
    where removed_at >= $from::timestamp and removed_at < $to::timestamp and sub is not null
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
counted as (
    select
        kind,
        count(*) as removals,
        count(hours) as protected_again,
        quantile_cont(hours, [0.5, 0.9]) as quantiles,
        count(*) filter (where removed_at <= $to::timestamp - interval 1 day) as removals_a_day_old,
        count(*) filter (where removed_at <= $to::timestamp - interval 1 day and hours <= 24) as protected_in_a_day,
        count(*) filter (where removed_at <= $to::timestamp - interval 7 days) as removals_a_week_old,
        count(*) filter (where removed_at <= $to::timestamp - interval 7 days and hours <= 168) as protected_in_a_week
    from removed
    group by kind
)
select
    kind, removals, protected_again,
    quantiles[1] as median_hours, quantiles[2] as p90_hours,
    removals_a_day_old,
    protected_in_a_day / nullif(removals_a_day_old, 0) as protected_in_a_day_ratio,
    removals_a_week_old,
    protected_in_a_week / nullif(removals_a_week_old, 0) as protected_in_a_week_ratio
from counted
order by kind
