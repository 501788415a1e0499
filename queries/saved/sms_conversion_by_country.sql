-- title: Codes that are answered, by country and purpose
-- purpose: of the codes that apps asked for by text message, those answered correctly in time. It tells what users
--   do, not what carriers do: low figures at normal delivery are pumping or users who give up. What is surely low
--   comes first. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $country
-- grain: one row per country of the users' numbers and purpose
-- place: sms
-- columns:
--   country: alpha-2; unknown where the listing knows none
--   country_name: its English name
--   purpose: mfa, sign_in, sign_up, recovery or attribute
--   requests: codes asked for
--   app_requests: of them, those asked for through the API; pages never show the right answer
--   answers: of app_requests, those answered correctly in time
--   conversion_ratio: answers of app_requests
--   conversion_low: lower end of Wilson's 95 % interval
--   conversion_high: upper end of it
--   new_user_requests: of requests, those for users made within 24 hours before
with
counted as (
    select
        country, kind as purpose,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint as app_requests,
        coalesce(sum(events) filter (where series = 'sms_conversions' and via = 'api'), 0)::bigint as answers,
        coalesce(sum(events) filter (where series = 'sms_new_users'), 0)::bigint as new_user_requests
    from counts_by_day
    where series in ('sms_requests', 'sms_conversions', 'sms_new_users')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($country::varchar is null or country = $country)
    group by all
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        counted.country, countries.country_name, counted.purpose, counted.requests, counted.app_requests,
        counted.answers, counted.new_user_requests,
        1.96 * sqrt(
            3.8416
            + 4 * counted.answers
                * (greatest(counted.app_requests - counted.answers, 0) / nullif(counted.app_requests, 0))
        ) as spread
    from counted
    left join countries on countries.country = counted.country
)
select
    country, country_name, purpose, requests, app_requests, answers,
    answers / nullif(app_requests, 0) as conversion_ratio,
    (2 * answers + 3.8416 - spread) / (2 * (app_requests + 3.8416)) as conversion_low,
    (2 * answers + 3.8416 + spread) / (2 * (app_requests + 3.8416)) as conversion_high,
    new_user_requests
from rated
order by conversion_high, requests desc, country, purpose
limit 1000
