-- title: Sign-ins on remembered devices
-- purpose: how often a remembered device stood in for MFA, by app client, beside what the pool remembers. A device
--   that is remembered for good is a second factor that nobody asks for. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id
-- grain: one row per AWS Region, pool and app client, most such sign-ins first
-- place: challenges
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client; '' where records do not tell
--   client_name: its name; null where no listing tells
--   devices: which devices the pool remembers: off, opt_in or always; null where it is no longer listed
--   device_skips_mfa: a remembered device stands in for MFA
--   sign_ins: completed sign-ins through the API; refreshes are none
--   device_sign_ins: of them, those where a remembered device stood in for MFA
--   device_ratio: device_sign_ins of sign_ins
--   mfa_sign_ins: of sign_ins, those that passed MFA
with
counted as (
    select
        aws_region, pool_id, client_id,
        coalesce(sum(events) filter (where series = 'sign_ins'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'device_sign_ins'), 0)::bigint as device_sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins
    from counts_by_day
    where (series in ('device_sign_ins', 'mfa_sign_ins') or (series = 'sign_ins' and via = 'api'))
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
    group by all
),
-- a replica lists a client again
named as (
    select client_id, max(client_name) as client_name from clients group by client_id
)
select
    counted.aws_region, counted.pool_id, counted.client_id, named.client_name, pools.devices,
    pools.device_skips_mfa, counted.sign_ins, counted.device_sign_ins,
    counted.device_sign_ins / nullif(counted.sign_ins, 0) as device_ratio,
    counted.mfa_sign_ins
from counted
left join named on named.client_id = counted.client_id
left join pools on pools.aws_region = counted.aws_region and pools.pool_id = counted.pool_id
order by counted.device_sign_ins desc, counted.sign_ins desc, counted.aws_region, counted.pool_id, counted.client_id
limit 1000
