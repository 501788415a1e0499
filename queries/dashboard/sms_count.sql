-- purpose: text messages by what became of them, SMS codes by what users did with them, and messages not sent
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id, $country: null for all. Receipts name no
--   pool: of pools, those of the Regions that send their messages count, with everybody's
-- grain: one row per series and its labels
-- columns: those of hourly_count that these series have; amount: messages or codes, of sms_price_micro_usd
--   millionths of a US dollar
with
sender as (
    select coalesce(nullif(sms_region, ''), aws_region) as aws_region
    from pool
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    union
    select $aws_region where $pool_id::varchar is null
)
select series, aws_region, pool_id, country, reason, kind, via, sum(events)::bigint as amount
from counted($from::timestamp, $to::timestamp)
where series in (
        'sms_delivered', 'sms_failures', 'sms_unknown', 'sms_price_micro_usd', 'sms_delivery_bucket',
        'sms_requests', 'sms_resends', 'sms_conversions', 'sms_new_users', 'sms_send_errors'
    )
  and case
      when pool_id = '' then ($aws_region::varchar is null and $pool_id::varchar is null) or aws_region in (from sender)
      else ($aws_region::varchar is null or aws_region = $aws_region)
       and ($pool_id::varchar is null or pool_id = $pool_id)
  end
  and ($country::varchar is null or country = $country)
group by all
having sum(events) > 0
order by aws_region, pool_id, country, kind
