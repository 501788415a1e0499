-- purpose: held events that are stored now, each with its kind
-- parameters: none
-- grain: one row per event
create or replace temp table released_kind as
with
released as (
    select
        held_event.* replace (settled.pool_id as pool_id, coalesce(known_agent.agent, 'other') as agent),
        settled.pool_evidence
    from settled
    join held_event on settled.event_id = held_event.event_id
    left join known_agent on held_event.agent = known_agent.agent
),
whole as (
    select event_id, event_time, sub, network, actor_name, actor_session, {
        'account_id': account_id, 'aws_region': aws_region, 'event_name': event_name, 'vocabulary': vocabulary,
        'pool_id': pool_id, 'pool_evidence': pool_evidence, 'client_id': client_id,
        'challenge_name': challenge_name, 'issued_challenge': issued_challenge, 'auth_flow': auth_flow,
        'step': step, 'factor': factor, 'outcome': outcome, 'reason': reason, 'error_code': error_code,
        'sign_in': sign_in, 'recovery_kind': recovery_kind, 'mfa_configuration': mfa_configuration,
        'agent': agent, 'actor_type': actor_type, 'sms_purpose': sms_purpose, 'code_accepted': code_accepted,
        'send_error': send_error, 'lookup_hint': lookup_hint, 'is_billable': is_billable,
        'is_resend': is_resend, 'is_phone_change': is_phone_change, 'totp_switch': totp_switch,
        'sms_switch': sms_switch, 'email_switch': email_switch, 'passkey_switch': passkey_switch,
        'totp_preferred': totp_preferred, 'sms_preferred': sms_preferred, 'email_preferred': email_preferred,
        'passkey_preferred': passkey_preferred, 'direction_unknown': direction_unknown
    } as kind
    from released
)
select *, md5(kind::varchar)::uuid as content from whole
