-- purpose: which requests for SMS codes were answered correctly in time
-- parameters: none
-- grain: one row per request
-- columns: its position among the steps
create or replace temp table code_converted (position bigint not null)
