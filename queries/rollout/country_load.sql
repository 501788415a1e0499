-- purpose: sign-ins that a text message would let in, by country of the number, and what messages cost there
-- parameters: $factors: those of the target, as bits; $aws_region, $pool_id; $since: begin of the quarter that prices are
--   taken from
-- grain: one row per country with such sign-ins or messages
-- columns: new_sign_ins: of users who are not challenged today; present_sign_ins: of users who pass by text message
--   today; priced_messages, price_micro_usd: of the quarter, from the Region that sends the pool's messages;
--   delivered, failed: of the same messages
with
sender as (
    select coalesce(nullif(sms_region, ''), aws_region) as aws_region
    from pool
    where aws_region = $aws_region and pool_id = $pool_id
),
signed_in as (
    select
        coalesce(rollout_user.country, 'unknown') as country,
        sum(rollout_user.asked) filter (where rollout_outcome.outcome = 'automatic_sms')::bigint as new_sign_ins,
        sum(rollout_user.asked) filter (
            where rollout_outcome.outcome = 'satisfied' and rollout_user.profile & $factors::usmallint & 2 > 0
              and (rollout_user.profile & $factors::usmallint & 15 = 2 or coalesce(rollout_user.preferred = 'sms', false))
        )::bigint as present_sign_ins
    from rollout_user
    join rollout_outcome using (profile)
    where rollout_user.asked > 0
    group by 1
),
sent as (
    select
        country,
        sum(events) filter (where series = 'sms_price_micro_usd')::bigint as price_micro_usd,
        sum(events) filter (where series = 'sms_delivered')::bigint as delivered,
        sum(events) filter (where series = 'sms_failures')::bigint as failed
    from daily_count
    where series in ('sms_price_micro_usd', 'sms_delivered', 'sms_failures')
      and day >= $since::date and aws_region in (select aws_region from sender)
    group by country
)
select
    country,
    coalesce(signed_in.new_sign_ins, 0) as new_sign_ins,
    coalesce(signed_in.present_sign_ins, 0) as present_sign_ins,
    case when sent.price_micro_usd > 0 then coalesce(sent.delivered, 0) + coalesce(sent.failed, 0) else 0 end as priced_messages,
    coalesce(sent.price_micro_usd, 0) as price_micro_usd,
    coalesce(sent.delivered, 0) as delivered,
    coalesce(sent.failed, 0) as failed
from signed_in
full join sent using (country)
order by country
