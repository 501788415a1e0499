-- title: Users who depend on text messages where they fail
-- purpose: users whose only second factor is text messages, by the country of their number and how well messages
--   from the Region that sends them arrive there. Where delivery is surely bad, they need another factor first. Whole
--   UTC days; carriers may take 72 hours
-- parameters: $from, $to, $aws_region, $pool_id, $country
-- grain: one row per sending AWS Region and country with such users; worst delivery first, not measured ones last
-- place: sms
-- columns:
--   sms_region: AWS Region that sends the pools' text messages
--   country: alpha-2; null where no number tells
--   country_name: its English name
--   sms_only_users: eligible users capable with text messages alone
--   active_users: of them, those with a sign-in through the API in 30 days
--   messages: messages of the time shown that were delivered or failed
--   delivered: of them, delivered ones
--   delivery_ratio: delivered of messages
--   delivery_low: lower end of Wilson's 95 % interval
--   delivery_high: upper end of it
with
sender as (
    select aws_region, pool_id, coalesce(nullif(sms_region, ''), aws_region) as sms_region
    from pools
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
dependent as (
    select
        sender.sms_region, users.country,
        count(*) as sms_only_users,
        count(*) filter (where users.is_active) as active_users
    from users
    join sender on sender.aws_region = users.aws_region and sender.pool_id = users.pool_id
    where users.is_eligible and users.strength = 'sms_only'
      and ($country::varchar is null or users.country = $country)
    group by all
),
sent as (
    select
        aws_region, country,
        coalesce(sum(events) filter (where series = 'sms_messages'), 0)::bigint as messages,
        coalesce(sum(events) filter (where series = 'sms_delivered'), 0)::bigint as delivered
    from counts_by_day
    where series in ('sms_messages', 'sms_delivered')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        dependent.sms_region, dependent.country, countries.country_name, dependent.sms_only_users,
        dependent.active_users,
        coalesce(sent.messages, 0) as messages,
        coalesce(sent.delivered, 0) as delivered,
        1.96 * sqrt(
            3.8416 + 4 * sent.delivered * (greatest(sent.messages - sent.delivered, 0) / nullif(sent.messages, 0))
        ) as spread
    from dependent
    left join sent on sent.aws_region = dependent.sms_region and sent.country = dependent.country
    left join countries on countries.country = dependent.country
)
select
    sms_region, country, country_name, sms_only_users, active_users, messages, delivered,
    delivered / nullif(messages, 0) as delivery_ratio,
    (2 * delivered + 3.8416 - spread) / (2 * (messages + 3.8416)) as delivery_low,
    (2 * delivered + 3.8416 + spread) / (2 * (messages + 3.8416)) as delivery_high
from rated
order by delivery_high, sms_only_users desc, sms_region, country
limit 1000
