-- purpose: sign-ins that would be challenged in the busiest minute of the busiest day
-- parameters: none (reads what was gathered); $from, $to: the stretch that is replayed, half open
-- grain: one row
with
-- the minute is looked for in the hours with the most of them
busy as (
    select rollout_hour.hour
    from rollout_hour
    join rollout_outcome using (profile)
    where rollout_hour.circumstance = 'usual'
      and rollout_outcome.outcome in ('satisfied', 'automatic_sms', 'automatic_email')
    group by rollout_hour.hour
    order by sum(rollout_hour.sign_ins) desc, rollout_hour.hour
    limit 24
),
challenged as (
    select date_trunc('minute', occurrence.event_time) as minute
    from occurrence
    join rollout_sign_in using (kind_id)
    join rollout_user using (sub)
    join rollout_outcome using (profile)
    where occurrence.event_time >= $from::timestamp and occurrence.event_time < $to::timestamp
      and date_trunc('hour', occurrence.event_time) in (select hour from busy)
      and rollout_sign_in.is_api and not rollout_sign_in.is_device
      and occurrence.event_time is distinct from rollout_user.newcomer_at
      and rollout_outcome.outcome in ('satisfied', 'automatic_sms', 'automatic_email')
),
counted as (
    select count(*) as sign_ins from challenged group by minute
)
select coalesce(max(sign_ins), 0) as sign_ins from counted
