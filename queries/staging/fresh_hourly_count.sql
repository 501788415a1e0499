-- purpose: the counts of the affected hours, as the events say now
-- parameters: none
-- grain: one row per hour and series
-- columns: those of hourly_count
create or replace temp table fresh_hourly_count as
with
-- determined answers to MFA challenges
challenge_responses as (
    select hour, 'challenge_responses' as series, aws_region, pool_id,
           mfa_factor as factor, '' as reason, '' as kind, '' as via
    from classified where mfa_factor is not null and outcome in ('success', 'failure')
),
challenge_failures as (
    select hour, 'challenge_failures' as series, aws_region, pool_id,
           mfa_factor as factor, reason, '' as kind, '' as via
    from classified where mfa_factor is not null and outcome = 'failure'
),
challenge_undetermined as (
    select hour, 'challenge_undetermined' as series, aws_region, pool_id,
           mfa_factor as factor, reason, '' as kind, '' as via
    from classified where mfa_factor is not null and outcome = 'undetermined'
),
sign_ins as (
    select hour, 'sign_ins' as series, aws_region, pool_id,
           '' as factor, '' as reason, '' as kind, sign_in as via
    from classified where sign_in is not null
),
mfa_sign_ins as (
    select hour, 'mfa_sign_ins' as series, aws_region, pool_id,
           '' as factor, '' as reason, '' as kind, '' as via
    from classified where passed_mfa
),
-- kinds that ask count every attempt, the others what was done
recovery_events as (
    select hour, 'recovery_events' as series, aws_region, pool_id,
           '' as factor, '' as reason, recovery_kind as kind, '' as via
    from classified
    where recovery_kind in ('self_reset_requested', 'code_resent')
       or (recovery_kind is not null and outcome = 'success')
),
recovery_failures as (
    select hour, 'recovery_failures' as series, aws_region, pool_id,
           '' as factor, reason, recovery_kind as kind, '' as via
    from classified where recovery_kind is not null and outcome = 'failure'
),
final as (
    select * from challenge_responses
    union all select * from challenge_failures
    union all select * from challenge_undetermined
    union all select * from sign_ins
    union all select * from mfa_sign_ins
    union all select * from recovery_events
    union all select * from recovery_failures
)
select hour, series, aws_region, pool_id, factor, coalesce(reason, 'other') as reason, kind, via, count(*) as events
from final
group by all
