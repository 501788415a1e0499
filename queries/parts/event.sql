-- purpose: user-pool records, as one row each
-- parameters: none
-- grain: one row per event
create or replace view event as
select
    occurrence.event_id, occurrence.event_time, occurrence.sub, event_kind.* exclude (kind_id, content),
    occurrence.network, occurrence.actor_name, occurrence.actor_session
from occurrence join event_kind using (kind_id)
