-- purpose: what the store holds about users whose records are judged by settings known for the first time
-- parameters: $first_sub, $last_sub: users of a slice; records of nobody are in the first
-- grain: one row per event
-- columns: those of scope
with
concerned as (
    select distinct pool_id, sub
    from event
    where (client_id in (select client_id from first_setting)
           or (aws_region, pool_id) in (select (aws_region, pool_id) from first_setting))
      and (step in ('mfa_answer', 'email_answer', 'passkey_answer') or issued_challenge is not null
           or sms_purpose is not null)
      and coalesce(sub, '00000000-0000-0000-0000-000000000000') between $first_sub::uuid and $last_sub::uuid
)
select
    event_id, event_time, event.aws_region, event.pool_id, client_id, event.sub, vocabulary, step, factor, outcome,
    reason, sign_in, recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted,
    null::varchar as send_error, agent
from event
semi join concerned on event.pool_id = concerned.pool_id and event.sub is not distinct from concerned.sub
where step <> 'refresh' or step is null
