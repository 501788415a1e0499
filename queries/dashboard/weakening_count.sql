-- purpose: how often users' protection may have been weakened
-- parameters: $from, $to: half open (reads weakened)
-- grain: one row per kind
-- columns: changes, and how many of them a sign-in from a new network followed
select kind, count(*) as changes, count(*) filter (where is_sim_swap) as sim_swaps
from weakened
where happened_at >= $from::timestamp and happened_at < $to::timestamp
group by kind
order by kind
