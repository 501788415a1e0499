-- title: Sign-ins that would be prompted
-- purpose: what switching a pool to ON adds: sign-ins through the API that had neither a second factor nor a
--   remembered device, a day. First sign-ins after a sign-up are among them, though Cognito counts the sign-up's
--   code. Whole UTC days, of which those before the first record do not count
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool, most first
-- place: pools
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   device_skips_mfa: a remembered device stands in for MFA
--   recorded_days: days of the time shown that are on record; null without any
--   sign_ins: completed sign-ins through the API; refreshes are none
--   mfa_sign_ins: of them, those that passed MFA
--   device_sign_ins: of sign_ins, those where a remembered device stood in for MFA
--   prompted_sign_ins: of sign_ins, the others: with MFA required they would be prompted
--   prompted_ratio: prompted_sign_ins of sign_ins
--   prompted_sign_ins_per_day: prompted sign-ins a day
--   page_sign_ins: sign-ins on hosted pages, whose records tell nothing of MFA
with
counted as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'api'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins,
        coalesce(sum(events) filter (where series = 'device_sign_ins'), 0)::bigint as device_sign_ins,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'ui'), 0)::bigint as page_sign_ins
    from counts_by_day
    where series in ('sign_ins', 'mfa_sign_ins', 'device_sign_ins')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
),
-- the last day is counted whole, as far as it is over
span as (
    select
        least(
            date_trunc('day', $to::timestamp - interval 1 microsecond) + interval 1 day,
            greatest($to::timestamp, (select max(hour) + interval 1 hour from counts_by_hour))
        ) - if(min(day) < $from::timestamp::date, $from::timestamp::date, min(day)) as recorded_time
    from counts_by_day
),
final as (
    select
        pools.aws_region, pools.pool_id, pools.pool_name, pools.mfa_configuration, pools.device_skips_mfa,
        nullif(greatest(epoch(span.recorded_time) / 86400, 0), 0) as recorded_days,
        coalesce(counted.sign_ins, 0) as sign_ins,
        coalesce(counted.mfa_sign_ins, 0) as mfa_sign_ins,
        coalesce(counted.device_sign_ins, 0) as device_sign_ins,
        coalesce(greatest(counted.sign_ins - counted.mfa_sign_ins - counted.device_sign_ins, 0), 0)
            as prompted_sign_ins,
        coalesce(counted.page_sign_ins, 0) as page_sign_ins
    from pools
    cross join span
    left join counted using (aws_region, pool_id)
    where ($aws_region::varchar is null or pools.aws_region = $aws_region)
      and ($pool_id::varchar is null or pools.pool_id = $pool_id)
)
select
    aws_region, pool_id, pool_name, mfa_configuration, device_skips_mfa, recorded_days, sign_ins, mfa_sign_ins,
    device_sign_ins, prompted_sign_ins,
    prompted_sign_ins / nullif(sign_ins, 0) as prompted_ratio,
    prompted_sign_ins / nullif(recorded_days, 0) as prompted_sign_ins_per_day,
    page_sign_ins
from final
order by prompted_sign_ins_per_day desc, aws_region, pool_id
