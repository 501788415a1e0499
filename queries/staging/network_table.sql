-- purpose: networks that the events that are stored now show their users in
-- parameters: none
-- grain: one row per sign-in
create or replace temp table network as select pool_id, sub, network, first_seen_at from user_network limit 0
