-- title: Sign-ins that passed MFA, week by week
-- purpose: the trend of how many sign-ins through the API passed MFA or skipped it on a remembered device. First
--   sign-ins after a sign-up, which need none, are in the denominator. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id
-- grain: one row per week (Monday), AWS Region and pool; the first and the last week may be parts of one
-- place: overview
-- columns:
--   week: first day of the week (UTC)
--   aws_region: where the calls ran
--   pool_id: user pool
--   days: days of the week with sign-ins
--   sign_ins: completed sign-ins through the API; refreshes are none
--   mfa_sign_ins: of them, those that passed MFA
--   mfa_ratio: mfa_sign_ins of sign_ins
--   device_sign_ins: of sign_ins, those where a remembered device stood in for MFA
--   device_ratio: device_sign_ins of sign_ins
with
counted as (
    select
        date_trunc('week', day)::date as week, aws_region, pool_id,
        count(distinct day) as days,
        coalesce(sum(events) filter (where series = 'sign_ins'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins,
        coalesce(sum(events) filter (where series = 'device_sign_ins'), 0)::bigint as device_sign_ins
    from counts_by_day
    where (series in ('mfa_sign_ins', 'device_sign_ins') or (series = 'sign_ins' and via = 'api'))
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
    group by all
)
select
    week, aws_region, pool_id, days, sign_ins, mfa_sign_ins,
    mfa_sign_ins / nullif(sign_ins, 0) as mfa_ratio,
    device_sign_ins,
    device_sign_ins / nullif(sign_ins, 0) as device_ratio
from counted
order by week desc, aws_region, pool_id
limit 1000
