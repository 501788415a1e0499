-- purpose: how often MFA was switched off, by whom, and how many of those users are protected again
-- parameters: $through: how far records were read (reads removal)
-- grain: one row per kind (is_total), and one per kind and principal, busiest first
-- columns: removals: calls, of which nameless ones name no user and unreadable ones hide what they switched;
--   users; unprotected_users: no factor seen since their last removal; open_users: the same, for a day already;
--   protected_s: median seconds until a record showed a factor again
select
    kind, actor_type, actor_name, actor_session, grouping(actor_type) = 1 as is_total,
    count(*) as removals,
    count(*) filter (where sub is null) as nameless_removals,
    count(*) filter (where direction_unknown) as unreadable_removals,
    count(distinct (pool_id, sub)) filter (where sub is not null) as users,
    count(distinct (pool_id, sub)) filter (where sub is not null and protected_at is null) as unprotected_users,
    count(distinct (pool_id, sub)) filter (
        where sub is not null and protected_at is null and removed_at <= $through::timestamp - interval 1 day
    ) as open_users,
    median(epoch(protected_at - removed_at)) filter (where not is_bound) as protected_s
from removal
group by grouping sets ((kind), (kind, actor_type, actor_name, actor_session))
order by is_total desc, removals desc, kind, actor_type, actor_name, actor_session
