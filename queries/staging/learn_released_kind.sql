-- purpose: learn the kinds of released events that were never seen
-- parameters: none
-- grain: one row per kind
insert into event_kind by name
select
    coalesce((select max(kind_id) from event_kind), 0) + row_number() over () as kind_id, content, unnest(kind)
from (select content, any_value(kind) as kind from released_kind group by content)
anti join event_kind using (content)
