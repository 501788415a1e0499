-- title: The way to an authenticator app
-- purpose: users who began to set up an authenticator app, and how far they got until now. Users at a step were at
--   all before it; refused codes and unreadable changes are told beside it
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and pool
-- place: overview
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   began_users: users who first asked for a secret in the time shown
--   verified_users: of them, users with an accepted first code, or at a later step
--   verified_ratio: verified_users of began_users
--   preferred_users: users who then made the app a preferred factor, or used it
--   preferred_ratio: preferred_users of verified_users
--   used_users: users with an accepted code at a sign-in
--   used_ratio: used_users of preferred_users
--   began_to_used_ratio: used_users of began_users
--   refused_users: of began_users, users with a refused first code
--   unreadable_users: of began_users, with a change that cannot be read and no sign of the later steps
--   median_verify_seconds: median time from the begin to the first accepted code, seconds
with
-- when each user first began
begun as (
    select aws_region, pool_id, sub, min(stepped_at) as began_at
    from enrolment_steps
    where step = 'began'
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
    having min(stepped_at) >= $from::timestamp and min(stepped_at) < $to::timestamp
),
-- what they did from then on
journey as (
    select
        enrolment_steps.aws_region, enrolment_steps.pool_id, enrolment_steps.sub,
        min(begun.began_at) as began_at,
        min(enrolment_steps.stepped_at) filter (where enrolment_steps.step = 'verified') as verified_at,
        max(enrolment_steps.stepped_at) filter (where enrolment_steps.step = 'preferred') as preferred_at,
        max(enrolment_steps.passed_at) as passed_at,
        bool_or(enrolment_steps.step = 'refused') as is_refused,
        bool_or(enrolment_steps.step = 'unreadable') as is_unreadable
    from enrolment_steps
    join begun
        on begun.sub = enrolment_steps.sub and begun.pool_id = enrolment_steps.pool_id
       and begun.aws_region = enrolment_steps.aws_region
    where enrolment_steps.stepped_at >= begun.began_at
    group by all
),
-- a preference before the first code is none of the app's
reached as (
    select
        aws_region, pool_id, is_refused, is_unreadable, verified_at - began_at as verify_time,
        passed_at is not null as is_used,
        passed_at is not null or coalesce(preferred_at >= coalesce(verified_at, began_at), false) as is_preferred,
        passed_at is not null or coalesce(preferred_at >= coalesce(verified_at, began_at), false)
            or verified_at is not null as is_verified
    from journey
),
counted as (
    select
        aws_region, pool_id,
        count(*) as began_users,
        count(*) filter (where is_verified) as verified_users,
        count(*) filter (where is_preferred) as preferred_users,
        count(*) filter (where is_used) as used_users,
        count(*) filter (where is_refused) as refused_users,
        count(*) filter (where is_unreadable and not is_preferred) as unreadable_users,
        median(epoch(verify_time)) as median_verify_seconds
    from reached
    group by all
)
select
    aws_region, pool_id, began_users, verified_users,
    verified_users / nullif(began_users, 0) as verified_ratio,
    preferred_users,
    preferred_users / nullif(verified_users, 0) as preferred_ratio,
    used_users,
    used_users / nullif(preferred_users, 0) as used_ratio,
    used_users / nullif(began_users, 0) as began_to_used_ratio,
    refused_users, unreadable_users, median_verify_seconds
from counted
order by began_users desc, aws_region, pool_id
