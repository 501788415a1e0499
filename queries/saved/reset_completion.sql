-- title: Resets that are completed
-- purpose: of the password resets that users asked for, those completed within an hour. Requests without a user are
--   in neither part: Cognito pretends success for users who do not exist. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per AWS Region and pool
-- place: recovery
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   requests: resets asked for
--   requests_without_user: of them, those whose record names no user
--   told_requests: the others
--   completed: of told_requests, those completed within an hour
--   completion_ratio: completed of told_requests
--   refused: of requests, refused ones
with
counted as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'recovery_events'), 0)::bigint as requests,
        coalesce(sum(events) filter (where series = 'recovery_unknown'), 0)::bigint as requests_without_user,
        coalesce(sum(events) filter (where series = 'recovery_completions'), 0)::bigint as completed,
        coalesce(sum(events) filter (where series = 'recovery_failures'), 0)::bigint as refused
    from counts_by_day
    where (
            series in ('recovery_unknown', 'recovery_completions')
            or (series in ('recovery_events', 'recovery_failures') and kind = 'self_reset_requested')
      )
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
)
select
    aws_region, pool_id, requests, requests_without_user,
    requests - requests_without_user as told_requests,
    completed,
    completed / nullif(requests - requests_without_user, 0) as completion_ratio,
    refused
from counted
order by requests desc, aws_region, pool_id
