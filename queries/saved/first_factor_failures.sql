-- title: Sign-ins that fail before MFA
-- purpose: refused passwords and other first factors by app client and reason, beside the completed sign-ins. They
--   enter no ratio of MFA; a flood of them is password spraying. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id
-- grain: one row per AWS Region, pool, app client and reason, most first
-- place: challenges
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client; '' where records do not tell
--   reason: why the first factor was refused
--   meaning: the reason in plain words
--   failures: refused first factors
--   client_sign_ins: completed sign-ins of the client through the API
--   failures_per_sign_in: failures for each completed sign-in; null without one
with
counted as (
    select
        aws_region, pool_id, client_id, reason,
        coalesce(sum(events) filter (where series = 'first_factor_failures'), 0)::bigint as failures,
        coalesce(sum(events) filter (where series = 'sign_ins'), 0)::bigint as sign_ins
    from counts_by_day
    where (series = 'first_factor_failures' or (series = 'sign_ins' and via = 'api'))
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
    group by all
),
rated as (
    select
        aws_region, pool_id, client_id, reason, failures,
        sum(sign_ins) over (partition by aws_region, pool_id, client_id)::bigint as client_sign_ins
    from counted
)
select
    rated.aws_region, rated.pool_id, rated.client_id, rated.reason, reasons.meaning, rated.failures,
    rated.client_sign_ins,
    rated.failures / nullif(rated.client_sign_ins, 0) as failures_per_sign_in
from rated
left join reasons on reasons.place = 'challenge' and reasons.reason = rated.reason
where rated.failures > 0
order by rated.failures desc, rated.aws_region, rated.pool_id, rated.client_id, rated.reason
limit 1000
