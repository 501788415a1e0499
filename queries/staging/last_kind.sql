-- purpose: the highest number of a kind
-- parameters: none
-- grain: one row
select coalesce(max(kind_id), 0)::uinteger as kind_id from event_kind
