-- title: Where text messages fail
-- purpose: text messages by the AWS Region that sent them and the country they went to, by the carriers' last word.
--   What is surely bad comes first, by the upper end of the interval. Carriers may take 72 hours, and name no pool:
--   messages of other applications of the account are in it. Whole UTC days
-- parameters: $from, $to, $aws_region, $country
-- grain: one row per AWS Region and country
-- place: sms
-- columns:
--   aws_region: AWS Region that sent them
--   country: alpha-2; unknown where neither number nor network tells
--   country_name: its English name
--   messages: messages delivered or failed
--   delivered: of them, delivered ones
--   delivery_ratio: delivered of messages
--   delivery_low: lower end of Wilson's 95 % interval
--   delivery_high: upper end of it
--   unknown_fate: messages of unknown fate, beside the others
--   price_usd: price of all of them, USD
with
counted as (
    select
        aws_region, country,
        coalesce(sum(events) filter (where series = 'sms_messages'), 0)::bigint as messages,
        coalesce(sum(events) filter (where series = 'sms_delivered'), 0)::bigint as delivered,
        coalesce(sum(events) filter (where series = 'sms_unknown'), 0)::bigint as unknown_fate,
        coalesce(sum(events) filter (where series = 'sms_price_micro_usd'), 0) / 1e6 as price_usd
    from counts_by_day
    where series in ('sms_messages', 'sms_delivered', 'sms_unknown', 'sms_price_micro_usd')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($country::varchar is null or country = $country)
    group by all
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        counted.aws_region, counted.country, countries.country_name, counted.messages, counted.delivered,
        counted.unknown_fate, counted.price_usd,
        1.96 * sqrt(
            3.8416
            + 4 * counted.delivered * (greatest(counted.messages - counted.delivered, 0) / nullif(counted.messages, 0))
        ) as spread
    from counted
    left join countries on countries.country = counted.country
)
select
    aws_region, country, country_name, messages, delivered,
    delivered / nullif(messages, 0) as delivery_ratio,
    (2 * delivered + 3.8416 - spread) / (2 * (messages + 3.8416)) as delivery_low,
    (2 * delivered + 3.8416 + spread) / (2 * (messages + 3.8416)) as delivery_high,
    unknown_fate, price_usd
from rated
order by delivery_high, messages desc, aws_region, country
limit 1000
