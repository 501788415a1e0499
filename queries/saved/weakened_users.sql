-- title: Users whose protection was weakened
-- purpose: users of whom text messages were put before an authenticator app that they had, with who did it and what
--   they can pass MFA with now. Changed phone numbers are told by phone_changes_without_proof
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per record, newest first, 1000 at most
-- place: audit
-- columns:
--   event_id: eventID of the call
--   happened_at: when (UTC)
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user
--   kind: totp_to_sms (text messages put before an app) or sms_preferred (preferred, the app not mentioned)
--   actor_type: kind of principal of an administrator's call; null where users did it themselves
--   actor_name: role or user
--   actor_session: keyed hash of the session's name, unless user names are kept
--   strength_now: strong, sms_only, email_only or sms_and_email; null for who cannot pass MFA or is not listed
--   preferred_now: the preferred factor; null where none is known
--   is_active: a sign-in through the API in the last 30 days
with
told as (
    select event_id, happened_at, aws_region, pool_id, sub, kind, actor_type, actor_name, actor_session
    from weakenings
    where kind in ('totp_to_sms', 'sms_preferred')
      and happened_at >= $from::timestamp and happened_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
app as (
    select pool_id, sub, first_seen_at, on_at, off_at
    from user_factors
    where factor = 'totp' and sub in (select sub from told)
),
-- preferring text messages weakens only who had an app
weakened_user as (
    select
        told.event_id, told.happened_at, told.aws_region, told.pool_id, told.sub, told.kind, told.actor_type,
        told.actor_name, told.actor_session
    from told
    left join app on app.pool_id = told.pool_id and app.sub = told.sub
    where told.kind = 'totp_to_sms'
       or (
           app.first_seen_at < told.happened_at
           and (app.off_at is null or app.off_at >= told.happened_at or app.on_at > app.off_at)
       )
)
select
    weakened_user.event_id, weakened_user.happened_at, weakened_user.aws_region, weakened_user.pool_id,
    weakened_user.sub, weakened_user.kind, weakened_user.actor_type, weakened_user.actor_name,
    weakened_user.actor_session,
    users.strength as strength_now, users.preferred as preferred_now, users.is_active
from weakened_user
left join users
    on users.aws_region = weakened_user.aws_region and users.pool_id = weakened_user.pool_id
   and users.sub = weakened_user.sub
order by weakened_user.happened_at desc, weakened_user.event_id
limit 1000
