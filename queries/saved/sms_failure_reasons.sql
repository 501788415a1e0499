-- title: Why text messages fail
-- purpose: failed text messages by country and reason, as carriers tell it. Spend limits and blocked destinations
--   are yours to change, numbers that do not exist are the users'. Whole UTC days
-- parameters: $from, $to, $aws_region, $country
-- grain: one row per AWS Region, country and reason, most failures first
-- place: sms
-- columns:
--   aws_region: AWS Region that sent them
--   country: alpha-2; unknown where neither number nor network tells
--   country_name: its English name
--   reason: why they failed
--   meaning: the reason in plain words
--   failed: messages that failed for this reason
--   country_messages: messages from the Region to the country that were delivered or failed
--   failure_ratio: failed of country_messages
--   country_failed: messages from the Region to the country that failed for any reason
--   reason_ratio: failed of country_failed
with
counted as (
    select
        aws_region, country, reason,
        coalesce(sum(events) filter (where series = 'sms_failures'), 0)::bigint as failed,
        coalesce(sum(events) filter (where series = 'sms_messages'), 0)::bigint as messages
    from counts_by_day
    where series in ('sms_failures', 'sms_messages')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($country::varchar is null or country = $country)
    group by all
),
-- all messages have no reason: they are one row of each country
rated as (
    select
        aws_region, country, reason, failed,
        sum(messages) over (partition by aws_region, country)::bigint as country_messages,
        sum(failed) over (partition by aws_region, country)::bigint as country_failed
    from counted
)
select
    rated.aws_region, rated.country, countries.country_name, rated.reason, reasons.meaning, rated.failed,
    rated.country_messages,
    rated.failed / nullif(rated.country_messages, 0) as failure_ratio,
    rated.country_failed,
    rated.failed / nullif(rated.country_failed, 0) as reason_ratio
from rated
left join countries on countries.country = rated.country
left join reasons on reasons.place = 'sms' and reasons.reason = rated.reason
where rated.failed > 0
order by rated.failed desc, rated.aws_region, rated.country, rated.reason
limit 1000
