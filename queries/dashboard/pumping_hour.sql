-- purpose: SMS codes that users of a pool with numbers of a country asked for, and what messages to it cost
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id; $country
-- grain: one row per hour with any count
-- columns: requests, app_requests, answers: as in sms_day; by_new_users: requests of users made in the 24 hours
--   before; price_micro_usd: of every message to the country from the Region that sends the pool's
with
sender as (
    select coalesce(nullif(max(sms_region), ''), $aws_region::varchar) as aws_region
    from pool
    where aws_region = $aws_region::varchar and pool_id = $pool_id::varchar
),
wanted as (
    select hour, series, via, events
    from hourly_count
    where hour >= $from::timestamp and hour < $to::timestamp and country = $country::varchar
      and series in ('sms_requests', 'sms_conversions', 'sms_new_users', 'sms_price_micro_usd')
      and ((pool_id = $pool_id::varchar and aws_region = $aws_region::varchar)
           or (pool_id = '' and aws_region in (select aws_region from sender)))
)
select
    hour,
    coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
    coalesce(sum(events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint as app_requests,
    coalesce(sum(events) filter (where series = 'sms_conversions' and via = 'api'), 0)::bigint as answers,
    coalesce(sum(events) filter (where series = 'sms_new_users'), 0)::bigint as by_new_users,
    coalesce(sum(events) filter (where series = 'sms_price_micro_usd'), 0)::bigint as price_micro_usd
from wanted
group by hour
order by hour
