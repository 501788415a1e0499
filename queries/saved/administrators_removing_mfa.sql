-- title: Administrators who switch off MFA
-- purpose: who switched off factors for other users, for how many, and how many of them records show protected
--   again. A principal that does it often and whose users stay unprotected deserves a question
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per principal, most calls first
-- place: audit
-- columns:
--   actor_type: kind of principal; null where records do not tell
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   removals: calls that switched off a factor
--   direction_unknown: of them, calls whose record does not tell whether it was on or off
--   users: users concerned
--   pools: user pools concerned
--   protected_again: removals after which a record shows the user protected again
--   protected_again_ratio: protected_again of removals
--   most_removals_a_day: of the busiest day (UTC)
--   first_removal_at: first of them (UTC)
--   last_removal_at: last of them (UTC)
with
removed as (
    select
        actor_type, actor_name, actor_session, pool_id, sub, removed_at, direction_unknown, protected_at,
        count(*) over (partition by actor_type, actor_name, actor_session, removed_at::date) as removals_of_day
    from mfa_removals
    where kind = 'admin_mfa_disable'
      and removed_at >= $from::timestamp and removed_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
)
select
    actor_type, actor_name, actor_session,
    count(*) as removals,
    count(*) filter (where direction_unknown) as direction_unknown,
    count(distinct sub) as users,
    count(distinct pool_id) as pools,
    count(*) filter (where protected_at is not null) as protected_again,
    count(*) filter (where protected_at is not null) / nullif(count(*), 0) as protected_again_ratio,
    max(removals_of_day) as most_removals_a_day,
    min(removed_at) as first_removal_at,
    max(removed_at) as last_removal_at
from removed
group by actor_type, actor_name, actor_session
order by removals desc, actor_type, actor_name, actor_session
limit 1000
