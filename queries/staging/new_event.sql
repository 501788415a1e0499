-- purpose: events of the fresh lines that are not stored yet
-- parameters: $oldest, $newest: event times of the batch; the same eventID has the same eventTime,
--   so only that range needs to be compared
-- grain: one row per eventID
-- columns: those of held_event
create or replace temp table new_event as
with
-- stored events that could be the same
known as (
    select event_id from event where event_time between $oldest::timestamp and $newest::timestamp
    union all
    select event_id from held_event where event_time between $oldest::timestamp and $newest::timestamp
),
-- the first of several lines with one eventID
kept as (
    select arg_min(line_id, (delivered_at, line_id)) as line_id
    from fresh_line
    where outcome in ('stored', 'unclassified') and event_id not in (select event_id from known)
    group by event_id
)
select
    event_id::uuid as event_id, event_time, account_id, aws_region, event_name, vocabulary, pool_id,
    client_id, sub::uuid as sub, challenge_name, issued_challenge, auth_flow, step, factor,
    event_outcome as outcome, reason, error_code, sign_in, recovery_kind,
    totp_switch, sms_switch, email_switch, passkey_switch,
    totp_preferred, sms_preferred, email_preferred, passkey_preferred,
    direction_unknown, lookup_hint, is_billable, mfa_configuration,
    actor_type, actor_name, actor_session,
    agent, network, sms_purpose, is_resend, code_accepted, send_error, is_phone_change
from batch
where line_id::uuid in (select line_id from kept)
qualify row_number() over (partition by line_id order by delivered_at) = 1
