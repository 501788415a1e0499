-- title: Codes asked for again
-- purpose: how often users ask for a code again, for each first code: the earliest sign of text messages that are
--   late or lost. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $country
-- grain: one row per country of the users' numbers, most resends for each first code first
-- place: sms
-- columns:
--   country: alpha-2; unknown where the listing knows none
--   country_name: its English name
--   requests: codes asked for
--   first_sends: of them, first codes
--   resends: of requests, codes asked for again
--   resends_per_first_send: resends for each first code; may be above 1
with
counted as (
    select
        country,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'sms_resends'), 0)::bigint as resends
    from counts_by_day
    where series in ('sms_requests', 'sms_resends')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($country::varchar is null or country = $country)
    group by country
)
select
    counted.country, countries.country_name, counted.requests,
    counted.requests - counted.resends as first_sends,
    counted.resends,
    counted.resends / nullif(counted.requests - counted.resends, 0) as resends_per_first_send
from counted
left join countries on countries.country = counted.country
order by resends_per_first_send desc, counted.requests desc, counted.country
limit 300
