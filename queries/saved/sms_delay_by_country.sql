-- title: How late text messages arrive
-- purpose: delay from sending to the handset of delivered text messages. A code that comes after its validity,
--   three minutes unless set otherwise, is as good as none. Only as far back as messages are kept
-- parameters: $from, $to, $aws_region, $country
-- grain: one row per AWS Region and country, slowest first
-- place: sms
-- columns:
--   aws_region: AWS Region that sent them
--   country: alpha-2; unknown where neither number nor network tells
--   country_name: its English name
--   delivered: delivered messages
--   timed: of them, those whose delay is told
--   median_seconds: half arrived within
--   p90_seconds: nine of ten arrived within
--   p99_seconds: ninety-nine of a hundred arrived within
--   above_30_seconds_ratio: of timed, those that took longer than 30 seconds
--   above_180_seconds_ratio: of timed, those that took longer than three minutes
with
timed as (
    select
        aws_region, country,
        count(*) as delivered,
        count(delay_ms) as timed,
        quantile_cont(delay_ms, [0.5, 0.9, 0.99]) as quantiles_ms,
        count(*) filter (where delay_ms > 30000) as above_30_seconds,
        count(*) filter (where delay_ms > 180000) as above_180_seconds
    from sms_messages
    where status = 'delivered' and is_final and sent_at >= $from::timestamp and sent_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($country::varchar is null or country = $country)
    group by all
)
select
    timed.aws_region, timed.country, countries.country_name, timed.delivered, timed.timed,
    timed.quantiles_ms[1] / 1000 as median_seconds,
    timed.quantiles_ms[2] / 1000 as p90_seconds,
    timed.quantiles_ms[3] / 1000 as p99_seconds,
    timed.above_30_seconds / nullif(timed.timed, 0) as above_30_seconds_ratio,
    timed.above_180_seconds / nullif(timed.timed, 0) as above_180_seconds_ratio
from timed
left join countries on countries.country = timed.country
order by p90_seconds desc, timed.timed desc, timed.aws_region, timed.country
limit 1000
