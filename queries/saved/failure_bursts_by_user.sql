-- title: Bursts of refused codes
-- purpose: users with at least five refused answers in challenge sessions that ended within an hour: somebody
--   guesses, or the user's app or phone is broken. A burst that ends with an accepted code is the one to look at. A
--   session with one refused answer before the accepted one is a slip, and in no burst
-- parameters: $from, $to, $aws_region, $pool_id, $client_id
-- grain: one row per pool and user: the worst hour of each, most refused answers first, 1000 at most
-- place: audit
-- columns:
--   pool_id: user pool
--   sub: the user
--   burst_from: end of the first session of the hour (UTC)
--   burst_to: end of the last session of the hour (UTC)
--   refused_answers: refused answers of these sessions
--   sessions: these sessions
--   app_clients: app clients of these sessions
--   is_passed: the last of these sessions ended with an accepted code
--   all_refused_answers: refused answers of the user in such sessions of the time shown
with
-- an accepted answer ends a session
refused as (
    select
        pool_id, sub, client_id, ended_at, is_failed,
        answers - if(is_failed, 0, 1) as answers
    from challenge_sessions
    where (is_failed or answers > 2)
      and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
),
-- who has no five of them has no burst
suspect as (
    select pool_id, sub, sum(answers)::bigint as all_refused_answers
    from refused
    group by pool_id, sub
    having sum(answers) >= 5
),
-- those of the hour that ends with each session
within_hour as (
    select
        refused.pool_id, refused.sub, refused.ended_at, refused.is_failed, suspect.all_refused_answers,
        (sum(refused.answers) over last_hour)::bigint as refused_answers
    from refused
    join suspect using (pool_id, sub)
    window last_hour as (
        partition by refused.pool_id, refused.sub order by refused.ended_at
        range between interval 1 hour preceding and current row
    )
),
worst_hour as (
    select pool_id, sub, ended_at, is_failed, all_refused_answers, refused_answers
    from within_hour
    where refused_answers >= 5
    qualify row_number() over (partition by pool_id, sub order by refused_answers desc, ended_at, is_failed) = 1
    order by refused_answers desc, ended_at desc, pool_id, sub
    limit 1000
)
select
    worst_hour.pool_id, worst_hour.sub,
    min(refused.ended_at) as burst_from,
    worst_hour.ended_at as burst_to,
    worst_hour.refused_answers,
    count(*) as sessions,
    count(distinct refused.client_id) as app_clients,
    not worst_hour.is_failed as is_passed,
    worst_hour.all_refused_answers
from worst_hour
join refused
    on refused.pool_id = worst_hour.pool_id and refused.sub = worst_hour.sub
   and refused.ended_at >= worst_hour.ended_at - interval 1 hour and refused.ended_at <= worst_hour.ended_at
group by all
order by worst_hour.refused_answers desc, burst_to desc, worst_hour.pool_id, worst_hour.sub
