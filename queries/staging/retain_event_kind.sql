-- purpose: forget the kinds that no event has any more
-- parameters: none
delete from event_kind where kind_id not in (select kind_id from occurrence)
