-- title: Second factors in Cognito's own log and in the trail
-- purpose: what Cognito's own sign-in log (Plus plan) tells of second factors, beside the answers in the trail.
--   Answers on hosted pages are determined only there; a large difference means that one of the sources is missing.
--   Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and pool with either
-- place: sources
-- columns:
--   aws_region: AWS Region of the pool
--   pool_id: user pool
--   log_sign_ins: sign-ins of Cognito's own log that asked for a second factor
--   log_refused: of them, those in which it was refused or not told
--   log_refused_ratio: log_refused of log_sign_ins
--   trail_responses: determined answers to MFA challenges in the trail
--   trail_failures: of them, refused ones
--   trail_failure_ratio: trail_failures of trail_responses
--   trail_undetermined: answers in the trail that say nothing about the code
with
counted as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'auth_events_mfa'), 0)::bigint as log_sign_ins,
        coalesce(sum(events) filter (where series = 'auth_events_mfa' and kind <> 'success'), 0)::bigint as log_refused,
        coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as trail_responses,
        coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as trail_failures,
        coalesce(sum(events) filter (where series = 'challenge_undetermined'), 0)::bigint as trail_undetermined
    from counts_by_day
    where series in ('auth_events_mfa', 'challenge_responses', 'challenge_failures', 'challenge_undetermined')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
)
select
    aws_region, pool_id, log_sign_ins, log_refused,
    log_refused / nullif(log_sign_ins, 0) as log_refused_ratio,
    trail_responses, trail_failures,
    trail_failures / nullif(trail_responses, 0) as trail_failure_ratio,
    trail_undetermined
from counted
order by log_sign_ins desc, trail_responses desc, aws_region, pool_id
