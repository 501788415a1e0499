-- purpose: held events that are stored now are no longer held
-- parameters: none
delete from held_event where event_id in (select event_id from settled)
