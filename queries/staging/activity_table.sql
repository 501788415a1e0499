-- purpose: what the events that are stored now say about their users' lives
-- parameters: none
-- grain: one row per user or event
create or replace temp table activity as
select
    pool_id, sub, last_seen_at, first_sign_in_at, last_sign_in_at, signed_up_at, last_billable_at, lookup_hint_at,
    direction_unknown_at
from user_evidence
limit 0
