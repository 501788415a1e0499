-- purpose: answers, resets and administrators' cases of a pool in a stretch, and what its text messages cost lately
-- parameters: $aws_region, $pool_id; $from, $to: the stretch, half open; $month_from: begin of the last 30 days
-- grain: one row
-- columns: spent_micro_usd: messages of the Region that sends the pool's, with everybody's; null where receipts tell no
--   price
with
stretch as (
    select series, kind, events
    from counted($from::timestamp, $to::timestamp)
    where aws_region = $aws_region and pool_id = $pool_id
      and series in ('challenge_responses', 'challenge_failures', 'recovery_events')
),
sender as (
    select coalesce(nullif(sms_region, ''), aws_region) as aws_region
    from pool
    where aws_region = $aws_region and pool_id = $pool_id
)
select
    coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as answers,
    coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failed_answers,
    coalesce(sum(events) filter (where series = 'recovery_events' and kind = 'self_reset_completed'), 0)::bigint as resets,
    coalesce(
        sum(events) filter (
            where series = 'recovery_events' and kind in ('admin_reset', 'admin_set_password', 'admin_mfa_disable')
        ), 0
    )::bigint as admin_cases,
    (
        select nullif(sum(events), 0)::bigint
        from daily_count
        where series = 'sms_price_micro_usd' and day >= $month_from::date and aws_region in (select aws_region from sender)
    ) as spent_micro_usd
from stretch
