-- title: Recovery week by week
-- purpose: the trend of account recovery by kind: what a roll-out of MFA adds to the support load. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per week (Monday) with any recovery; the first and the last week may be parts of one
-- place: recovery
-- columns:
--   week: first day of the week (UTC)
--   days: days of the week with any recovery
--   resets_requested: resets that users asked for
--   resets_completed: resets that users completed
--   codes_resent: codes asked for again
--   self_mfa_removals: factors that users switched off
--   admin_resets: resets by administrators
--   admin_passwords_set: passwords set by administrators
--   admin_mfa_removals: factors switched off by administrators
--   refused: refused attempts of any kind
with
-- refusals are a kind of their own
told as (
    select
        date_trunc('week', day)::date as week, day, events,
        if(series = 'recovery_failures', 'refused', kind) as kind
    from counts_by_day
    where series in ('recovery_events', 'recovery_failures')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
)
select
    week,
    count(distinct day) as days,
    coalesce(sum(events) filter (where kind = 'self_reset_requested'), 0)::bigint as resets_requested,
    coalesce(sum(events) filter (where kind = 'self_reset_completed'), 0)::bigint as resets_completed,
    coalesce(sum(events) filter (where kind = 'code_resent'), 0)::bigint as codes_resent,
    coalesce(sum(events) filter (where kind = 'self_mfa_disable'), 0)::bigint as self_mfa_removals,
    coalesce(sum(events) filter (where kind = 'admin_reset'), 0)::bigint as admin_resets,
    coalesce(sum(events) filter (where kind = 'admin_set_password'), 0)::bigint as admin_passwords_set,
    coalesce(sum(events) filter (where kind = 'admin_mfa_disable'), 0)::bigint as admin_mfa_removals,
    coalesce(sum(events) filter (where kind = 'refused'), 0)::bigint as refused
from told
group by week
order by week desc
