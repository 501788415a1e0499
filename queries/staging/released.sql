-- purpose: held events that are stored now, as far as they matter to what a user's records say together
-- parameters: none
-- grain: one row per event
select
    held_event.event_id, event_time, aws_region, settled.pool_id, client_id, held_event.sub, vocabulary, step, factor,
    outcome, reason, sign_in, recovery_kind, issued_challenge, sms_purpose, is_resend, code_accepted, send_error,
    coalesce(known_agent.agent, 'other') as agent
from settled
join held_event on settled.event_id = held_event.event_id
left join known_agent on held_event.agent = known_agent.agent
