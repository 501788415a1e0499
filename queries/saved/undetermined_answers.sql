-- title: Answers that say nothing about the code
-- purpose: answers to MFA challenges that were stopped by quotas, WAF, triggers or settings, or whose page does not
--   tell. They are in no failure ratio; many of them mean that the ratios rest on few answers. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per AWS Region, pool and reason, most first
-- place: challenges
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   reason: why the answer tells nothing
--   meaning: the reason in plain words
--   undetermined: such answers
--   all_answers: determined and undetermined answers of the pool
--   undetermined_ratio: undetermined of all_answers
with
counted as (
    select
        aws_region, pool_id, reason,
        coalesce(sum(events) filter (where series = 'challenge_undetermined'), 0)::bigint as undetermined,
        sum(events)::bigint as answers
    from counts_by_day
    where series in ('challenge_responses', 'challenge_undetermined')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
rated as (
    select
        aws_region, pool_id, reason, undetermined,
        sum(answers) over (partition by aws_region, pool_id)::bigint as all_answers
    from counted
)
select
    rated.aws_region, rated.pool_id, rated.reason, reasons.meaning, rated.undetermined, rated.all_answers,
    rated.undetermined / nullif(rated.all_answers, 0) as undetermined_ratio
from rated
left join reasons on reasons.place = 'challenge' and reasons.reason = rated.reason
where rated.undetermined > 0
order by rated.undetermined desc, rated.aws_region, rated.pool_id, rated.reason
limit 1000
