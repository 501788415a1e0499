-- title: Text messages that could not even be sent
-- purpose: what stops text messages before any carrier sees them: roles, the sandbox, hand-over. Each of these
--   users got no code. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region, pool and reason, most first
-- place: sms
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   pool_name: its name; null where it is no longer listed
--   reason: why they could not be sent
--   meaning: the reason in plain words
--   errors: how many
--   days: days with one
--   last_day: the last of them (UTC)
--   sms_failure: what Cognito says now is wrong with the pool's text messages; empty where nothing is
with
counted as (
    select
        aws_region, pool_id, reason,
        sum(events)::bigint as errors,
        count(distinct day) as days,
        max(day) as last_day
    from counts_by_day
    where series = 'sms_send_errors'
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
    having sum(events) > 0
)
select
    counted.aws_region, counted.pool_id, pools.pool_name, counted.reason, reasons.meaning, counted.errors,
    counted.days, counted.last_day, pools.sms_failure
from counted
left join pools on pools.aws_region = counted.aws_region and pools.pool_id = counted.pool_id
left join reasons on reasons.place = 'send' and reasons.reason = counted.reason
order by counted.errors desc, counted.aws_region, counted.pool_id, counted.reason
limit 1000
