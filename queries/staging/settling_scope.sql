-- purpose: the same worlds for users whose challenges or sessions get old enough to be settled: before
--   (sign -1) and after (sign +1) the clock moved on
-- parameters: $before, $now: settled through
-- grain: one row per event and world
-- columns: those of scope
create or replace temp table scope as
with
-- who may have something to settle
due as (
    select distinct pool_id, sub
    from event
    where event_time > $before::timestamp - interval 15 minutes and event_time <= $now::timestamp - interval 15 minutes
      and sub is not null
      and (step in ('mfa_answer', 'email_answer', 'passkey_answer') or issued_challenge is not null)
),
known as (
    select
        event_id, event_time, aws_region, pool_id, client_id, sub, vocabulary, step, factor, outcome, reason,
        sign_in, recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted, agent
    from event semi join due using (pool_id, sub)
    where event_time > $before::timestamp - interval 26 hours
      and event_time <= $now::timestamp + interval 2 hours
      and (step <> 'refresh' or step is null)
)
select -1 as sign, *, $before::timestamp as settled_through from known
union all
select 1 as sign, *, $now::timestamp as settled_through from known
