-- purpose: the touched users' records near the touched ones, in two worlds: before the touched ones came
--   (sign -1) and with them (sign +1). What differs between the worlds is what the batch changes
-- parameters: $from, $to: oldest and newest touched event
-- grain: one row per event and world
-- columns: what context needs; settled_through: what is older by the session gap is settled
create or replace temp table scope as
with
touched_user as (
    select distinct pool_id, sub from touched where sub is not null
),
-- codes live a day, and so does the longest session that is told as one
known as (
    select
        event_id, event_time, aws_region, pool_id, client_id, sub, vocabulary, step, factor, outcome, reason,
        sign_in, recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted, agent
    from event semi join touched_user using (pool_id, sub)
    where event_time >= $from::timestamp - interval 26 hours and event_time <= $to::timestamp + interval 26 hours
      and (step <> 'refresh' or step is null)
),
fresh as (
    select event_id, event_time, aws_region, pool_id, client_id, sub, vocabulary, step, factor, outcome, reason,
        sign_in, recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted, agent
    from touched
    where step <> 'refresh' or step is null
),
final as (
    select -1 as sign, * from known
    union all
    select 1 as sign, * from known
    union all
    select 1 as sign, * from fresh
)
select final.*, settlement.settled_through from final cross join settlement
