-- purpose: store the touched events
-- parameters: none
insert into event by name select * from touched order by event_time
