-- title: Text messages day by day
-- purpose: the trend of delivered and failed text messages, of codes asked for, and of messages that could not even
--   be sent. The last three days may still change: carriers may take 72 hours
-- parameters: $from, $to, $aws_region, $country
-- grain: one row per day (UTC) with anything
-- place: sms
-- columns:
--   day: the day (UTC)
--   messages: messages delivered or failed, by the carriers
--   delivered: of them, delivered ones
--   delivery_ratio: delivered of messages
--   requests: codes asked for, by the trail
--   resends: of them, those asked for again
--   send_errors: messages that could not even be sent; null with a country, which they do not tell
--   price_usd: price of the messages, USD
with
counted as (
    select
        day,
        coalesce(sum(events) filter (where series = 'sms_messages'), 0)::bigint as messages,
        coalesce(sum(events) filter (where series = 'sms_delivered'), 0)::bigint as delivered,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'sms_resends'), 0)::bigint as resends,
        coalesce(sum(events) filter (where series = 'sms_send_errors'), 0)::bigint as send_errors,
        coalesce(sum(events) filter (where series = 'sms_price_micro_usd'), 0) / 1e6 as price_usd
    from counts_by_day
    where series in (
            'sms_messages', 'sms_delivered', 'sms_requests', 'sms_resends', 'sms_send_errors', 'sms_price_micro_usd'
        )
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($country::varchar is null or country = $country)
    group by day
)
select
    day, messages, delivered,
    delivered / nullif(messages, 0) as delivery_ratio,
    requests, resends,
    if($country::varchar is null, send_errors, null) as send_errors,
    price_usd
from counted
order by day desc
limit 1000
