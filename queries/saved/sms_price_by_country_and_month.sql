-- title: What text messages cost
-- purpose: price of text messages by country and month of sending, as carriers' reports tell it. Messages of other
--   applications of the account are in it. Whole UTC days
-- parameters: $from, $to, $aws_region, $country
-- grain: one row per month and country, dearest first; the first and the last month may be parts of one
-- place: sms
-- columns:
--   month: first day of the month (UTC)
--   country: alpha-2; unknown where neither number nor network tells
--   country_name: its English name
--   messages: messages whose last word is known: delivered, failed, or of unknown fate
--   price_usd: price of them, USD
--   price_per_message_usd: price of one, USD
--   month_price_usd: price of all messages of the month, USD
--   month_ratio: price_usd of month_price_usd
with
counted as (
    select
        date_trunc('month', day)::date as month, country,
        coalesce(sum(events) filter (where series in ('sms_messages', 'sms_unknown')), 0)::bigint as messages,
        coalesce(sum(events) filter (where series = 'sms_price_micro_usd'), 0)::bigint as price_micro_usd
    from counts_by_day
    where series in ('sms_messages', 'sms_unknown', 'sms_price_micro_usd')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($country::varchar is null or country = $country)
    group by all
),
rated as (
    select
        month, country, messages,
        price_micro_usd / 1e6 as price_usd,
        sum(price_micro_usd) over (partition by month) / 1e6 as month_price_usd
    from counted
)
select
    rated.month, rated.country, countries.country_name, rated.messages, rated.price_usd,
    rated.price_usd / nullif(rated.messages, 0) as price_per_message_usd,
    rated.month_price_usd,
    rated.price_usd / nullif(rated.month_price_usd, 0) as month_ratio
from rated
left join countries on countries.country = rated.country
order by rated.month desc, rated.price_usd desc, rated.messages desc, rated.country
limit 1000
