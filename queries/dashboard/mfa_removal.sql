-- purpose: the calls that switched a factor off, newest first
-- parameters: $most: rows wanted (reads removal)
-- grain: one row per record
-- columns: those of removal
select
    removed_at, aws_region, pool_id, sub::varchar as sub, event_name, kind, direction_unknown,
    actor_type, actor_name, actor_session, protected_at, is_bound, looked_up_at
from removal
order by removed_at desc, event_id
limit $most
