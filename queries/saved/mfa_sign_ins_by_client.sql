-- title: Sign-ins that passed MFA, by app client
-- purpose: through which apps users sign in without a second factor. Sign-ins on hosted pages name no user and are
--   told apart. First sign-ins after a sign-up, which need none, are among those without. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id
-- grain: one row per AWS Region, pool and app client, most sign-ins without MFA first
-- place: overview
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client; '' where records do not tell
--   client_name: its name; null where no listing tells
--   sign_ins: completed sign-ins through the API; refreshes are none
--   mfa_sign_ins: of them, those that passed MFA
--   mfa_ratio: mfa_sign_ins of sign_ins
--   device_sign_ins: of sign_ins, those where a remembered device stood in for MFA
--   other_sign_ins: sign_ins that neither passed MFA nor had such a device
--   page_sign_ins: sign-ins on hosted pages, which may be federated
with
counted as (
    select
        aws_region, pool_id, client_id,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'api'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins,
        coalesce(sum(events) filter (where series = 'device_sign_ins'), 0)::bigint as device_sign_ins,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'ui'), 0)::bigint as page_sign_ins
    from counts_by_day
    where series in ('sign_ins', 'mfa_sign_ins', 'device_sign_ins')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
    group by all
),
-- a replica lists a client again
named as (
    select client_id, max(client_name) as client_name from clients group by client_id
),
final as (
    select
        counted.aws_region, counted.pool_id, counted.client_id, named.client_name, counted.sign_ins,
        counted.mfa_sign_ins,
        counted.mfa_sign_ins / nullif(counted.sign_ins, 0) as mfa_ratio,
        counted.device_sign_ins,
        greatest(counted.sign_ins - counted.mfa_sign_ins - counted.device_sign_ins, 0) as other_sign_ins,
        counted.page_sign_ins
    from counted
    left join named on named.client_id = counted.client_id
)
select
    aws_region, pool_id, client_id, client_name, sign_ins, mfa_sign_ins, mfa_ratio, device_sign_ins, other_sign_ins,
    page_sign_ins
from final
order by other_sign_ins desc, aws_region, pool_id, client_id
limit 1000
