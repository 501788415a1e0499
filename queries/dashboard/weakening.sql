-- purpose: what can have weakened users' protection, newest first
-- parameters: $from, $to: half open; $most: rows wanted of the changed numbers that a sign-in from a new network
--   followed, and of everything else (reads weakened)
-- grain: one row per record
-- columns: those of weakened
select
    happened_at, aws_region, pool_id, sub::varchar as sub, kind, actor_type, actor_name, actor_session,
    new_network_at, is_sim_swap
from weakened
where happened_at >= $from::timestamp and happened_at < $to::timestamp
qualify row_number() over (partition by is_sim_swap order by happened_at desc, event_id) <= $most
order by happened_at desc, event_id
