-- purpose: where so many codes were asked for by new users, and so many more than usual, that somebody may have
--   pumped text messages. A wide net: the hours decide
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id: null for all;
--   $least_by_new_users: of fewer there is nothing to decide; $most: rows
-- grain: one row per pool, country and day, most above normal first
-- columns: day: first of two; history_from: first day of the last two months on which anything of the pool was
--   counted; pool_app_requests, pool_answers: of the 28 days before in the whole pool, as in sms_day
with
-- only of places with so many new users there is anything to ask
place as (
    select distinct aws_region, pool_id, country
    from (
        select aws_region, pool_id, country, day
        from daily_count
        where series = 'sms_new_users'
          and day >= $from::timestamp::date - 1 and day < ($to::timestamp + interval 23 hours)::date
          and ($aws_region::varchar is null or aws_region = $aws_region)
          and ($pool_id::varchar is null or pool_id = $pool_id)
        group by all
        having 2 * sum(events) >= $least_by_new_users::bigint
    )
),
day_count as (
    select
        aws_region, pool_id, country, day,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0) as requests,
        coalesce(sum(events) filter (where series = 'sms_new_users'), 0) as by_new_users
    from daily_count
    where series in ('sms_requests', 'sms_new_users')
      and day >= $from::timestamp::date - 29 and day < ($to::timestamp + interval 23 hours)::date
      and (aws_region, pool_id, country) in (select (aws_region, pool_id, country) from place)
    group by all
),
-- two days hold any 24 hours
two_days as (
    select
        aws_region, pool_id, country, day,
        sum(requests) over of_two as requests, sum(by_new_users) over of_two as by_new_users
    from day_count
    window of_two as (
        partition by aws_region, pool_id, country order by day
        range between current row and interval 1 day following
    )
),
busy as (
    select * from two_days
    where by_new_users >= $least_by_new_users::bigint and day >= $from::timestamp::date - 1
),
-- the same days of the week, four weeks back; days without a request count as none
usual as (
    select busy.aws_region, busy.pool_id, busy.country, busy.day, median(coalesce(two_days.requests, 0)) as requests
    from busy
    cross join (select unnest([7, 14, 21, 28]) as days) as earlier
    left join two_days
        on two_days.aws_region = busy.aws_region and two_days.pool_id = busy.pool_id
       and two_days.country = busy.country and two_days.day = busy.day - earlier.days
    group by all
),
-- three times the usual in 24 hours is about twice as much in the two days that hold them
above as (
    select
        busy.aws_region, busy.pool_id, busy.country, busy.day, busy.requests - usual.requests as excess
    from busy join usual using (aws_region, pool_id, country, day)
    where busy.requests >= 1.5 * usual.requests and busy.requests - usual.requests >= $least_by_new_users::bigint
    order by excess desc, busy.aws_region, busy.pool_id, busy.country, busy.day
    limit $most
),
of_pool as (
    select
        above.aws_region, above.pool_id, above.country, above.day,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as app_requests,
        coalesce(sum(events) filter (where series = 'sms_conversions'), 0)::bigint as answers
    from above
    join daily_count
        on daily_count.aws_region = above.aws_region and daily_count.pool_id = above.pool_id
       and daily_count.day >= above.day - 28 and daily_count.day < above.day
    where series in ('sms_requests', 'sms_conversions') and via = 'api'
      and daily_count.day >= $from::timestamp::date - 29
    group by all
),
history as (
    select aws_region, pool_id, min(day) as history_from
    from daily_count
    where pool_id in (select pool_id from above) and day >= $from::timestamp::date - 60
    group by all
)
select
    above.aws_region, above.pool_id, above.country, above.day, history.history_from,
    coalesce(of_pool.app_requests, 0) as pool_app_requests, coalesce(of_pool.answers, 0) as pool_answers
from above
join history using (aws_region, pool_id)
left join of_pool using (aws_region, pool_id, country, day)
order by above.excess desc, above.aws_region, above.pool_id, above.country, above.day
