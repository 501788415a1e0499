-- purpose: whom to look up next: eligible users without a look-up that is young enough and newer
--   than the last sign that a factor changed; recently seen users first
-- parameters: $source, $as_of, $active_since (null: everybody), $limit
-- grain: one row per user
-- columns: aws_region, pool_id, sub, is_active (already billable this month)
with
listed as (
    select listed_user.aws_region, listed_user.pool_id, listed_user.sub, pool.max_evidence_age_s
    from listed_user
    join pool using (aws_region, pool_id)
    where pool.source = $source and listed_user.enabled
      and listed_user.status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD')
),
final as (
    select
        listed.aws_region, listed.pool_id, listed.sub,
        coalesce(user_activity.last_seen_at >= date_trunc('month', $as_of::timestamp), false) as is_active,
        user_activity.last_seen_at
    from listed
    left join lookup using (pool_id, sub)
    left join user_activity using (pool_id, sub)
    where lookup.looked_up_at is null
       or lookup.looked_up_at < $as_of::timestamp - to_seconds(listed.max_evidence_age_s)
)
select aws_region, pool_id, sub, is_active
from final
where $active_since::timestamp is null or last_seen_at >= $active_since::timestamp
order by last_seen_at desc nulls last, sub
limit $limit
