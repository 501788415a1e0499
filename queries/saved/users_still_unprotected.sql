-- title: Users whose MFA was switched off and who are not protected again
-- purpose: users whose last switching off in the time shown was followed by no accepted second factor, no factor
--   switched on, and no look-up that lists one. Users who are no longer listed are not in it
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per pool and user, longest unprotected first, 1000 at most
-- place: audit
-- columns:
--   aws_region: where the last call ran
--   pool_id: user pool
--   sub: the user
--   removed_at: when a factor was last switched off (UTC)
--   unprotected_hours: from then to the end of the time shown, hours
--   removals: calls of the time shown that switched off a factor of the user
--   kind: admin_mfa_disable or self_mfa_disable
--   direction_unknown: the record does not tell whether it was on or off, and no look-up came later
--   actor_type: kind of principal
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   state: what is known of the user's MFA now
--   is_capable: a factor stands all the same, or the pool challenges by a channel the user has
--   last_sign_in_at: newest sign-in through the API (UTC)
--   has_signed_in_since: it came after the switching off
with
-- the last call for each user
last_removal as (
    select
        aws_region, pool_id, sub, removed_at, kind, direction_unknown, actor_type, actor_name, actor_session,
        protected_at,
        count(*) over (partition by pool_id, sub) as removals
    from mfa_removals
    where removed_at >= $from::timestamp and removed_at < $to::timestamp and sub is not null
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    qualify row_number() over (partition by pool_id, sub order by removed_at desc, event_id) = 1
),
unprotected as (
    select
        aws_region, pool_id, sub, removed_at, kind, direction_unknown, actor_type, actor_name, actor_session, removals
    from last_removal
    where protected_at is null
)
select
    unprotected.aws_region, unprotected.pool_id, unprotected.sub, unprotected.removed_at,
    epoch($to::timestamp - unprotected.removed_at) / 3600 as unprotected_hours,
    unprotected.removals, unprotected.kind,
    unprotected.direction_unknown and coalesce(users.looked_up_at <= unprotected.removed_at, true) as direction_unknown,
    unprotected.actor_type, unprotected.actor_name, unprotected.actor_session,
    users.state, users.is_capable, users.last_sign_in_at,
    coalesce(users.last_sign_in_at > unprotected.removed_at, false) as has_signed_in_since
from unprotected
join users
    on users.aws_region = unprotected.aws_region and users.pool_id = unprotected.pool_id
   and users.sub = unprotected.sub
where not (users.state = 'explicit' and coalesce(users.looked_up_at > unprotected.removed_at, false))
order by unprotected.removed_at, unprotected.pool_id, unprotected.sub
limit 1000
