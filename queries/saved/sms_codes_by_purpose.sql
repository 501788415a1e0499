-- title: What codes by text message are for
-- purpose: codes asked for by purpose and pool: second factors, sign-ups, recoveries. It tells how much of the bill
--   MFA makes, and what an authenticator app would save. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $country
-- grain: one row per AWS Region, pool and purpose, most codes first
-- place: sms
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   purpose: mfa, sign_in, sign_up, recovery or attribute
--   requests: codes asked for
--   pool_requests: codes of the pool for any purpose
--   purpose_ratio: requests of pool_requests
--   app_requests: of requests, those asked for through the API
--   page_requests: of requests, those asked for on hosted pages
--   resends: of requests, codes asked for again
with
counted as (
    select
        aws_region, pool_id, kind as purpose,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint as app_requests,
        coalesce(sum(events) filter (where series = 'sms_resends'), 0)::bigint as resends
    from counts_by_day
    where series in ('sms_requests', 'sms_resends')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($country::varchar is null or country = $country)
    group by all
),
rated as (
    select
        aws_region, pool_id, purpose, requests, app_requests, resends,
        sum(requests) over (partition by aws_region, pool_id)::bigint as pool_requests
    from counted
)
select
    aws_region, pool_id, purpose, requests, pool_requests,
    requests / nullif(pool_requests, 0) as purpose_ratio,
    app_requests,
    requests - app_requests as page_requests,
    resends
from rated
order by requests desc, aws_region, pool_id, purpose
limit 1000
