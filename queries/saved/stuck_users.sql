-- title: Users who never get through
-- purpose: users who failed MFA in the time shown and had no code accepted since its begin, not even after its end:
--   whom support should call
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per pool and user, most failed sessions first, 1000 at most
-- place: challenges
-- columns:
--   aws_region: where the last failed session ran
--   pool_id: user pool
--   sub: the user
--   failed_sessions: challenge sessions without a success
--   refused_answers: answers refused in them
--   first_failed_at: end of the first of them (UTC)
--   last_failed_at: end of the last of them (UTC)
--   last_client_id: app client of the last
--   last_factor: factor of the last
--   last_reason: why its last answer was refused
--   last_meaning: the reason in plain words
with
failed as (
    select
        pool_id, sub,
        arg_max(aws_region, ended_at) as aws_region,
        count(*) as failed_sessions,
        sum(answers)::bigint as refused_answers,
        min(ended_at) as first_failed_at,
        max(ended_at) as last_failed_at,
        arg_max(client_id, ended_at) as last_client_id,
        arg_max(factor, ended_at) as last_factor,
        arg_max(reason, ended_at) as last_reason
    from challenge_sessions
    where is_failed and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
-- whose newest proof came later did get through; custom challenges and pages leave no proof
passed as (
    select pool_id, sub
    from user_factors
    where proven_at >= $from::timestamp
      and (factor <> 'passkey' or pool_id in (select pool_id from pools where passkey_is_mfa))
    union all
    select pool_id, sub
    from challenge_sessions
    where not is_failed and factor in ('custom', 'unknown') and ended_at >= $from::timestamp
),
stuck as (
    select
        failed.aws_region, failed.pool_id, failed.sub, failed.failed_sessions, failed.refused_answers,
        failed.first_failed_at, failed.last_failed_at, failed.last_client_id, failed.last_factor, failed.last_reason
    from failed
    anti join passed using (pool_id, sub)
)
select
    stuck.aws_region, stuck.pool_id, stuck.sub, stuck.failed_sessions, stuck.refused_answers, stuck.first_failed_at,
    stuck.last_failed_at, stuck.last_client_id, stuck.last_factor, stuck.last_reason,
    reasons.meaning as last_meaning
from stuck
left join reasons on reasons.place = 'challenge' and reasons.reason = stuck.last_reason
order by stuck.failed_sessions desc, stuck.refused_answers desc, stuck.last_failed_at desc, stuck.pool_id, stuck.sub
limit 1000
