-- purpose: the events that can be stored now, in full
-- parameters: none
-- grain: one row per event
-- columns: those of event. Client software that no completed sign-in used is 'other'
create or replace temp table touched as
select
    settled.event_id, event_time, account_id, aws_region, event_name, vocabulary, settled.pool_id,
    client_id, sub::uuid as sub, challenge_name, issued_challenge, auth_flow, step, factor,
    event_outcome as outcome, reason, error_code, sign_in, recovery_kind,
    totp_switch, sms_switch, email_switch, passkey_switch,
    totp_preferred, sms_preferred, email_preferred, passkey_preferred,
    direction_unknown, lookup_hint, is_billable, mfa_configuration,
    actor_type, actor_name, actor_session,
    coalesce(known_agent.agent, 'other') as agent,
    network, sms_purpose, is_resend, code_accepted, send_error, is_phone_change,
    settled.pool_evidence
from settled
join batch on settled.position = batch.position
left join known_agent on batch.agent = known_agent.agent
union all by name
select
    held_event.* replace (settled.pool_id as pool_id, coalesce(known_agent.agent, 'other') as agent),
    settled.pool_evidence
from settled
join held_event on settled.event_id = held_event.event_id
left join known_agent on held_event.agent = known_agent.agent
where settled.position is null
