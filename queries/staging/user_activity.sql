-- purpose: when the touched users were last seen
-- parameters: none
-- grain: one row per pool and user
merge into user_activity
using (
    select
        pool_id, sub,
        max(event_time) filter (where sign_in = 'api') as last_sign_in_at,
        max(event_time) as last_seen_at
    from touched
    where sub is not null
    group by all
) as found
on user_activity.pool_id = found.pool_id and user_activity.sub = found.sub
when matched then update set
    last_sign_in_at = greatest(user_activity.last_sign_in_at, found.last_sign_in_at),
    last_seen_at = greatest(user_activity.last_seen_at, found.last_seen_at)
when not matched then insert values (found.pool_id, found.sub, found.last_sign_in_at, found.last_seen_at)
