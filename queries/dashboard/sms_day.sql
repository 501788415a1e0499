-- purpose: text messages and SMS codes by day
-- parameters: $from, $to: instants, whole days are read; $aws_region, $pool_id, $country: null for all; of their
--   messages see sms_count
-- grain: one row per day with any count
-- columns: delivered, failed: messages; requests, resends; send_errors: messages; app_requests: through the API, of
--   which answers counts those answered correctly in time
with
sender as (
    select coalesce(nullif(sms_region, ''), aws_region) as aws_region
    from pool
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    union
    select $aws_region where $pool_id::varchar is null
),
wanted as (
    select day, series, via, events
    from daily_count
    where day >= $from::timestamp::date and day < ($to::timestamp + interval 23 hours)::date
      and case
          when pool_id = '' then ($aws_region::varchar is null and $pool_id::varchar is null) or aws_region in (from sender)
          else ($aws_region::varchar is null or aws_region = $aws_region)
           and ($pool_id::varchar is null or pool_id = $pool_id)
      end
      and ($country::varchar is null or country = $country)
      and series in (
          'sms_delivered', 'sms_failures', 'sms_requests', 'sms_conversions', 'sms_resends', 'sms_send_errors'
      )
)
select
    day,
    coalesce(sum(events) filter (where series = 'sms_delivered'), 0)::bigint as delivered,
    coalesce(sum(events) filter (where series = 'sms_failures'), 0)::bigint as failed,
    coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
    coalesce(sum(events) filter (where series = 'sms_resends'), 0)::bigint as resends,
    coalesce(sum(events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint as app_requests,
    coalesce(sum(events) filter (where series = 'sms_conversions' and via = 'api'), 0)::bigint as answers,
    coalesce(sum(events) filter (where series = 'sms_send_errors'), 0)::bigint as send_errors
from wanted
group by day
order by day
