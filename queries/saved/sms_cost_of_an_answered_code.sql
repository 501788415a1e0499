-- title: What a code that is answered costs
-- purpose: price of one message to a country over the share of codes that are answered: where a text message is
--   dear and rarely answered, an authenticator app saves most. Prices are those of all messages of the account. Whole
--   UTC days
-- parameters: $from, $to, $country
-- grain: one row per country with answered codes, dearest first
-- place: sms
-- columns:
--   country: alpha-2; unknown where the listing knows none
--   country_name: its English name
--   messages: messages whose last word is known
--   price_per_message_usd: price of one, USD
--   app_requests: codes asked for through the API
--   answers: of them, those answered correctly in time
--   conversion_ratio: answers of app_requests
--   price_per_answer_usd: price of one code that is answered, USD
--   answers_price_usd: price of all codes asked for through the API, USD
with
counted as (
    select
        country,
        coalesce(sum(events) filter (where series in ('sms_messages', 'sms_unknown')), 0)::bigint as messages,
        coalesce(sum(events) filter (where series = 'sms_price_micro_usd'), 0) / 1e6 as price_usd,
        coalesce(sum(events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint as app_requests,
        coalesce(sum(events) filter (where series = 'sms_conversions' and via = 'api'), 0)::bigint as answers
    from counts_by_day
    where series in ('sms_messages', 'sms_unknown', 'sms_price_micro_usd', 'sms_requests', 'sms_conversions')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($country::varchar is null or country = $country)
    group by country
),
priced as (
    select
        country, messages, app_requests, answers,
        price_usd / nullif(messages, 0) as price_per_message_usd
    from counted
    where answers > 0
)
select
    priced.country, countries.country_name, priced.messages, priced.price_per_message_usd, priced.app_requests,
    priced.answers,
    priced.answers / nullif(priced.app_requests, 0) as conversion_ratio,
    priced.price_per_message_usd * priced.app_requests / nullif(priced.answers, 0) as price_per_answer_usd,
    priced.price_per_message_usd * priced.app_requests as answers_price_usd
from priced
left join countries on countries.country = priced.country
order by price_per_answer_usd desc, priced.app_requests desc, priced.country
limit 300
