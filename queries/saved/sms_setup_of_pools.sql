-- title: How pools send text messages
-- purpose: route, sending Region and what Cognito says is wrong, with how many users depend on it. A pool whose
--   users need text messages and that cannot send them locks them out. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool; those with a failure first
-- place: sms
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   allows_sms: text messages are a factor of the pool
--   sms_route: sns, end_user_messaging, custom_sender or none
--   sms_region: AWS Region that sends its text messages; empty where none
--   sms_failure: what Cognito says is wrong with text messages; empty where nothing is
--   sms_users: users capable with text messages, by the last head count
--   sms_only_users: of them, those without another factor
--   requests: codes asked for by text message in the time shown
--   send_errors: messages of the time shown that could not even be sent
with
counted as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'sms_send_errors'), 0)::bigint as send_errors
    from counts_by_day
    where series in ('sms_requests', 'sms_send_errors')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
    group by all
),
-- the last head count of each pool
latest as (
    select aws_region, pool_id, sms_users, sms_only_users
    from enrolment_by_day
    qualify row_number() over (partition by aws_region, pool_id order by day desc) = 1
)
select
    pools.aws_region, pools.pool_id, pools.pool_name, pools.mfa_configuration, pools.allows_sms, pools.sms_route,
    pools.sms_region, pools.sms_failure, latest.sms_users, latest.sms_only_users,
    coalesce(counted.requests, 0) as requests,
    coalesce(counted.send_errors, 0) as send_errors
from pools
left join latest using (aws_region, pool_id)
left join counted using (aws_region, pool_id)
where ($aws_region::varchar is null or pools.aws_region = $aws_region)
  and ($pool_id::varchar is null or pools.pool_id = $pool_id)
order by pools.sms_failure <> '' desc, send_errors desc, pools.aws_region, pools.pool_id
