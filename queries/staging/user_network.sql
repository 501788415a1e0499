-- purpose: networks that users signed in from, with the first time
-- parameters: none
-- grain: one row per pool, user and network
merge into user_network
using (
    select pool_id, sub, network, min(first_seen_at) as first_seen_at
    from network
    group by all
) as found
on user_network.pool_id = found.pool_id and user_network.sub = found.sub and user_network.network = found.network
when matched and found.first_seen_at < user_network.first_seen_at then update set first_seen_at = found.first_seen_at
when not matched then insert values (found.pool_id, found.sub, found.network, found.first_seen_at)
