-- purpose: keep aside the new events whose pool is not known
-- parameters: none
-- grain: one row per event
insert into held_event by name
select new_event.* from new_event anti join touched on new_event.event_id = touched.event_id
