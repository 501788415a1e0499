-- purpose: hours whose counts may change: those of the touched events, and the hour that the
--   quarter of an hour after each reaches into (context of later answers)
-- parameters: none
-- grain: one row per hour
create or replace temp table affected_hour as
select distinct date_trunc('hour', unnest([event_time, event_time + interval 15 minutes])) as hour
from touched
