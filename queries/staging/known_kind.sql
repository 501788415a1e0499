-- purpose: under which number the kinds of a batch are known
-- parameters: none
-- grain: one row per kind of the batch that was seen before
select fresh_kind.position, event_kind.kind_id
from fresh_kind join event_kind using (content)
