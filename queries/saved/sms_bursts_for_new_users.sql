-- title: Bursts of codes for new users
-- purpose: hours in which at least 20 codes were asked for to one country, at least half of them for users made
--   within 24 hours, beside the usual number: the mark of SMS pumping. The page of text messages judges it more
--   closely
-- parameters: $from, $to, $aws_region, $pool_id, $country
-- grain: one row per hour, AWS Region, pool and country, most codes for new users first, 500 at most
-- place: sms
-- columns:
--   hour: when the hour begins (UTC)
--   aws_region: where the calls ran
--   pool_id: user pool
--   country: alpha-2 of the users' numbers; unknown where the listing knows none
--   country_name: its English name
--   requests: codes asked for
--   new_user_requests: of them, those for users made within 24 hours before
--   new_user_ratio: new_user_requests of requests
--   app_requests: of requests, those asked for through the API
--   answers: of app_requests, those answered correctly in time
--   conversion_ratio: answers of app_requests
--   usual_requests: codes an hour on all days of the time shown, this hour among them
with
-- of hours with fewer codes for new users there is nothing to ask
suspect as (
    select hour, aws_region, pool_id, country, sum(events)::bigint as new_user_requests
    from counts_by_hour
    where series = 'sms_new_users'
      and hour >= date_trunc('hour', $from::timestamp) and hour < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($country::varchar is null or country = $country)
    group by all
    having sum(events) >= 10
),
counted as (
    select
        suspect.hour, suspect.aws_region, suspect.pool_id, suspect.country, suspect.new_user_requests,
        coalesce(sum(counts_by_hour.events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(counts_by_hour.events) filter (where series = 'sms_requests' and via = 'api'), 0)::bigint
            as app_requests,
        coalesce(sum(counts_by_hour.events) filter (where series = 'sms_conversions' and via = 'api'), 0)::bigint
            as answers
    from counts_by_hour
    join suspect using (hour, aws_region, pool_id, country)
    where counts_by_hour.series in ('sms_requests', 'sms_conversions')
      and counts_by_hour.hour >= date_trunc('hour', $from::timestamp) and counts_by_hour.hour < $to::timestamp
    group by all
),
-- the last day is counted whole, as far as it is over
usual as (
    select
        aws_region, pool_id, country,
        sum(events) / nullif(
            epoch(
                least(
                    date_trunc('day', $to::timestamp - interval 1 microsecond) + interval 1 day,
                    greatest($to::timestamp, (select max(hour) + interval 1 hour from counts_by_hour))
                ) - date_trunc('day', $from::timestamp)
            ) / 3600,
            0
        ) as usual_requests
    from counts_by_day
    where series = 'sms_requests'
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
)
select
    counted.hour, counted.aws_region, counted.pool_id, counted.country, countries.country_name, counted.requests,
    counted.new_user_requests,
    counted.new_user_requests / nullif(counted.requests, 0) as new_user_ratio,
    counted.app_requests, counted.answers,
    counted.answers / nullif(counted.app_requests, 0) as conversion_ratio,
    usual.usual_requests
from counted
left join usual using (aws_region, pool_id, country)
left join countries on countries.country = counted.country
where counted.requests >= 20 and 2 * counted.new_user_requests >= counted.requests
order by counted.new_user_requests desc, counted.hour desc, counted.aws_region, counted.pool_id, counted.country
limit 500
