-- title: Users who fail again and again
-- purpose: users with at least three failed challenge sessions in the time shown. With a proof after the last
--   failure they struggle, without one they may be locked out
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per pool and user, most failed sessions first, 1000 at most
-- place: challenges
-- columns:
--   pool_id: user pool
--   sub: the user
--   failed_sessions: challenge sessions without a success
--   refused_answers: answers refused in them
--   failing_days: days with a failed session (UTC)
--   app_clients: app clients of these sessions
--   most_frequent_reason: why the last answer of most sessions was refused
--   first_failed_at: end of the first of them (UTC)
--   last_failed_at: end of the last of them (UTC)
--   proven_at: newest accepted code of any factor until now (UTC); null where none is known
--   has_passed_since: it came after the last failure
with
failed as (
    select pool_id, sub, client_id, ended_at, reason, answers
    from challenge_sessions
    where is_failed and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
),
-- only of those who are shown there is more to tell
worst as (
    select pool_id, sub, count(*) as failed_sessions, sum(answers)::bigint as refused_answers
    from failed
    group by pool_id, sub
    having count(*) >= 3
    order by failed_sessions desc, refused_answers desc, pool_id, sub
    limit 1000
),
told as (
    select
        failed.pool_id, failed.sub,
        count(distinct failed.ended_at::date) as failing_days,
        count(distinct failed.client_id) as app_clients,
        mode(failed.reason order by failed.reason) as most_frequent_reason,
        min(failed.ended_at) as first_failed_at,
        max(failed.ended_at) as last_failed_at
    from failed
    join worst using (pool_id, sub)
    group by failed.pool_id, failed.sub
),
proof as (
    select pool_id, sub, max(proven_at) as proven_at
    from user_factors
    where sub in (select sub from worst)
    group by pool_id, sub
)
select
    worst.pool_id, worst.sub, worst.failed_sessions, worst.refused_answers, told.failing_days, told.app_clients,
    told.most_frequent_reason, told.first_failed_at, told.last_failed_at, proof.proven_at,
    coalesce(proof.proven_at > told.last_failed_at, false) as has_passed_since
from worst
join told using (pool_id, sub)
left join proof using (pool_id, sub)
order by worst.failed_sessions desc, worst.refused_answers desc, worst.pool_id, worst.sub
