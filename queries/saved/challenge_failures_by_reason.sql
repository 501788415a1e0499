-- title: Why second factors are refused
-- purpose: refused answers to MFA challenges by factor and reason. An app's wrong codes speak of clocks and typing,
--   codes that are too old of late text messages, sessions that are too old of slow users. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per factor and reason, most failures first
-- place: challenges
-- columns:
--   factor: the factor that was answered
--   reason: why the answer was refused
--   meaning: the reason in plain words
--   responses: determined answers with the factor
--   failures: of them, those refused for this reason
--   failure_ratio: failures of responses
--   factor_failures: answers with the factor refused for any reason
--   reason_ratio: failures of factor_failures
with
counted as (
    select
        factor, reason,
        coalesce(sum(events) filter (where series = 'challenge_responses'), 0)::bigint as responses,
        coalesce(sum(events) filter (where series = 'challenge_failures'), 0)::bigint as failures
    from counts_by_day
    where series in ('challenge_responses', 'challenge_failures')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
-- answers have no reason: they are one row of each factor
rated as (
    select
        factor, reason, failures,
        sum(responses) over (partition by factor)::bigint as responses,
        sum(failures) over (partition by factor)::bigint as factor_failures
    from counted
)
select
    rated.factor, rated.reason, reasons.meaning, rated.responses, rated.failures,
    rated.failures / nullif(rated.responses, 0) as failure_ratio,
    rated.factor_failures,
    rated.failures / nullif(rated.factor_failures, 0) as reason_ratio
from rated
left join reasons on reasons.place = 'challenge' and reasons.reason = rated.reason
where rated.failures > 0
order by rated.failures desc, rated.factor, rated.reason
