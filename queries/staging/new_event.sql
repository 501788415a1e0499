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
numbered as (
    select *, row_number() over (partition by event_id order by delivered_at, line_id) as occurrence
    from fresh_line
    where outcome in ('stored', 'unclassified')
),
final as (
    select
        event_id::uuid as event_id, event_time, account_id, aws_region, event_name, vocabulary, pool_id,
        client_id, sub::uuid as sub, challenge_name, issued_challenge, auth_flow, step, factor,
        event_outcome as outcome, reason, error_code, sign_in, recovery_kind,
        totp_switch, sms_switch, email_switch, passkey_switch,
        totp_preferred, sms_preferred, email_preferred, passkey_preferred,
        direction_unknown, lookup_hint, is_billable, mfa_configuration,
        actor_type, actor_name, actor_session
    from numbered
    where occurrence = 1
)
select final.* from final anti join known on final.event_id = known.event_id
