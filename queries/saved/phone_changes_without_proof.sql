-- title: Changed phone numbers that nothing else explains
-- purpose: changed phone numbers after which the user passed no challenge and switched no factor on: whoever owns
--   the account now showed only a password. With a sign-in or failures since, look closer
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per record, newest first, 1000 at most
-- place: audit
-- columns:
--   event_id: eventID of the call
--   happened_at: when (UTC)
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user
--   actor_type: kind of principal of an administrator's call; null where users did it themselves
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   proven_before_at: newest accepted code until now (UTC), always before the change; null where none is known
--   failed_sessions_since: failed challenge sessions after the change
--   last_sign_in_at: newest sign-in through the API (UTC)
--   has_signed_in_since: it came after the change
--   strength_now: strong, sms_only, email_only or sms_and_email; null for who cannot pass MFA or is not listed
with
change as (
    select event_id, happened_at, aws_region, pool_id, sub, actor_type, actor_name, actor_session
    from weakenings
    where kind = 'phone_changed'
      and happened_at >= $from::timestamp and happened_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
proof as (
    select pool_id, sub, max(proven_at) as proven_at, max(on_at) as on_at
    from user_factors
    where sub in (select sub from change)
    group by all
),
unexplained as (
    select
        change.event_id, change.happened_at, change.aws_region, change.pool_id, change.sub, change.actor_type,
        change.actor_name, change.actor_session, proof.proven_at
    from change
    left join proof on proof.pool_id = change.pool_id and proof.sub = change.sub
    where coalesce(greatest(proof.proven_at, proof.on_at) <= change.happened_at, true)
),
failed as (
    select unexplained.event_id, count(*) as sessions
    from challenge_sessions
    join unexplained
        on unexplained.pool_id = challenge_sessions.pool_id and unexplained.sub = challenge_sessions.sub
    where challenge_sessions.is_failed and challenge_sessions.ended_at >= $from::timestamp
      and challenge_sessions.ended_at > unexplained.happened_at
    group by unexplained.event_id
)
select
    unexplained.event_id, unexplained.happened_at, unexplained.aws_region, unexplained.pool_id, unexplained.sub,
    unexplained.actor_type, unexplained.actor_name, unexplained.actor_session,
    unexplained.proven_at as proven_before_at,
    coalesce(failed.sessions, 0) as failed_sessions_since,
    users.last_sign_in_at,
    coalesce(users.last_sign_in_at > unexplained.happened_at, false) as has_signed_in_since,
    users.strength as strength_now
from unexplained
left join failed on failed.event_id = unexplained.event_id
left join users
    on users.aws_region = unexplained.aws_region and users.pool_id = unexplained.pool_id
   and users.sub = unexplained.sub
order by unexplained.happened_at desc, unexplained.event_id
limit 1000
