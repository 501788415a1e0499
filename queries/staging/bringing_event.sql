-- purpose: lines that brought an event that is new
-- parameters: none
-- grain: one row per line
-- columns: its position in the batch
create or replace temp table bringing as select position from new_event
