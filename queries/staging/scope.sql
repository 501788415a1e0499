-- purpose: what the store holds about the users whose records may now say something else together: those of
--   the settled events, and those whose challenges or sessions get old enough to be settled
-- parameters: $from, $to: oldest and newest settled event, and the instants between which the clock moves
--   that tells what is old enough; $before, $now: that clock
-- grain: one row per event
-- columns: what matters to what a user's records say together
with
-- some of them more than once
concerned as (
    select pool_id, sub from settled_user
    union all
    select pool_id, sub from settled where sub is not null
    union all
    -- who may have something to settle
    select pool_id, sub
    from event
    where event_time > $before::timestamp - interval 15 minutes and event_time <= $now::timestamp - interval 15 minutes
      and sub is not null
      and (step in ('mfa_answer', 'email_answer', 'passkey_answer') or issued_challenge is not null)
)
-- codes live a day, and so does the longest session that is told as one
select
    event_id, event_time, aws_region, pool_id, client_id, sub, vocabulary, step, factor, outcome, reason, sign_in,
    recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted,
    null::varchar as send_error, agent
from event semi join concerned using (pool_id, sub)
where event_time >= $from::timestamp - interval 26 hours and event_time <= $to::timestamp + interval 26 hours
  and (step <> 'refresh' or step is null)
