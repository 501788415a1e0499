-- title: How long users take to answer a challenge
-- purpose: seconds from the challenge to its accepted answer, by the records of the last day before $to. Only where
--   records name the challenges they issue; slow answers by text message speak of late messages
-- parameters: $to, $aws_region, $pool_id, $client_id
-- grain: one row per factor
-- place: challenges
-- columns:
--   factor: sms or totp
--   accepted_answers: accepted answers of the day
--   timed_answers: of them, those whose challenge is on record at most 15 minutes before
--   timed_ratio: timed_answers of accepted_answers
--   median_seconds: of timed answers, half took at most this long
--   p90_seconds: nine of ten took at most this long
--   p99_seconds: ninety-nine of a hundred took at most this long
with
recorded as (
    select event_id, event_time, client_id, sub, challenge_name, issued_challenge, step, factor, outcome
    from events
    where event_time >= $to::timestamp - interval '1 day 15 minutes' and event_time < $to::timestamp
      and (challenge_name in ('SMS_MFA', 'SOFTWARE_TOKEN_MFA') or issued_challenge in ('SMS_MFA', 'SOFTWARE_TOKEN_MFA'))
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
),
issue as (
    select client_id, sub, issued_challenge, event_time as issued_at
    from recorded
    where issued_challenge in ('SMS_MFA', 'SOFTWARE_TOKEN_MFA')
),
answer as (
    select event_id, client_id, sub, challenge_name, factor, event_time as answered_at
    from recorded
    where step = 'mfa_answer' and outcome = 'success' and event_time >= $to::timestamp - interval 1 day
),
-- from the newest challenge before each answer
timed as (
    select
        answer.event_id, answer.factor,
        min(epoch(answer.answered_at - issue.issued_at)::integer) as seconds
    from answer
    left join issue
        on issue.sub = answer.sub and issue.client_id = answer.client_id
       and issue.issued_challenge = answer.challenge_name
       and issue.issued_at <= answer.answered_at and issue.issued_at >= answer.answered_at - interval 15 minutes
    group by answer.event_id, answer.factor
),
counted as (
    select
        factor,
        count(*) as accepted_answers,
        count(seconds) as timed_answers,
        quantile_disc(seconds, [0.5, 0.9, 0.99]) as quantiles
    from timed
    group by factor
)
select
    factor, accepted_answers, timed_answers,
    timed_answers / nullif(accepted_answers, 0) as timed_ratio,
    quantiles[1] as median_seconds, quantiles[2] as p90_seconds, quantiles[3] as p99_seconds
from counted
order by factor
