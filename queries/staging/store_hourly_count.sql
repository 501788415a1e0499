-- purpose: put in the new counts of the affected hours
-- parameters: none
insert into hourly_count by name select * from fresh_hourly_count
