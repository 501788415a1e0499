-- purpose: what held events that are stored now say about their users' lives
-- parameters: none
-- grain: one row per event
insert into activity
select
    settled.pool_id, held_event.sub,
    event_time as last_seen_at,
    case when sign_in = 'api' then event_time end as first_sign_in_at,
    case when sign_in = 'api' then event_time end as last_sign_in_at,
    case when event_name = 'ConfirmSignUp' and outcome = 'success' then event_time end as signed_up_at,
    case when is_billable then event_time end as last_billable_at,
    case when lookup_hint then event_time end as lookup_hint_at,
    case when lookup_hint and direction_unknown then event_time end as direction_unknown_at
from settled
join held_event on settled.event_id = held_event.event_id
where held_event.sub is not null
