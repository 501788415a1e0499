-- purpose: how the batch moves the hourly counts
-- parameters: none
-- grain: one row per hour and series
-- columns: those of hourly_count; change instead of events
create or replace temp table moved as
with
-- what every touched record says by itself
told_alone as (
    select
        date_trunc('hour', event_time) as hour, aws_region, pool_id,
        case when pool_id = 'unknown' then '' else coalesce(client_id, '') end as client_id,
        agent, step, factor, outcome, reason, sign_in, recovery_kind, sub, issued_challenge, send_error
    from touched
),
-- what depends on the user's other records: both worlds, told apart by their sign
told_together as (
    select
        sign, date_trunc('hour', event_time) as hour, aws_region, pool_id,
        case when pool_id = 'unknown' then '' else coalesce(client_id, '') end as client_id,
        agent, step, outcome, reason, mfa_factor, passed_mfa
    from told
    where step in ('email_answer', 'passkey_answer') or passed_mfa
),
answer as (
    select 1 as sign, hour, aws_region, pool_id, client_id, agent, factor, outcome, reason
    from told_alone where step = 'mfa_answer'
    union all
    select sign, hour, aws_region, pool_id, client_id, agent, mfa_factor, outcome, reason
    from told_together where step in ('email_answer', 'passkey_answer') and mfa_factor is not null
),
challenge_responses as (
    select hour, 'challenge_responses' as series, aws_region, pool_id, client_id, agent, '' as country,
           factor, '' as reason, '' as kind, '' as via, sign as change
    from answer where outcome in ('success', 'failure')
),
challenge_failures as (
    select hour, 'challenge_failures' as series, aws_region, pool_id, client_id, agent, '' as country,
           factor, reason, '' as kind, '' as via, sign as change
    from answer where outcome = 'failure'
),
challenge_undetermined as (
    select hour, 'challenge_undetermined' as series, aws_region, pool_id, client_id, agent, '' as country,
           factor, reason, '' as kind, '' as via, sign as change
    from answer where outcome = 'undetermined'
),
-- passwords, choices and one-time codes that are a first factor
first_factor_failures as (
    select hour, 'first_factor_failures' as series, aws_region, pool_id, client_id, '' as agent, '' as country,
           '' as factor, reason, '' as kind, '' as via, 1 as change
    from told_alone where step in ('password', 'choice', 'sms_otp_answer') and outcome = 'failure'
    union all
    select hour, 'first_factor_failures', aws_region, pool_id, client_id, '', '', '', reason, '', '', sign
    from told_together
    where step in ('email_answer', 'passkey_answer') and mfa_factor is null and outcome = 'failure'
),
session as (
    select
        sign, date_trunc('hour', ended_at) as hour, aws_region, pool_id,
        case when pool_id = 'unknown' then '' else coalesce(client_id, '') end as client_id,
        factor, outcome, answers, epoch(ended_at - started_at)::bigint as seconds
    from told_session
),
sessions as (
    select hour, unnest([
               {'series': 'sessions', 'amount': 1::bigint},
               {'series': 'session_failures', 'amount': (outcome = 'failure')::bigint},
               {'series': 'first_try_sessions', 'amount': (outcome = 'success' and answers = 1)::bigint},
               {'series': 'session_answers', 'amount': case when outcome = 'success' then answers else 0 end},
               {'series': 'session_seconds', 'amount': case when outcome = 'success' then seconds else 0 end}
           ]) as part,
           aws_region, pool_id, client_id, factor, sign
    from session
),
challenges as (
    select date_trunc('hour', event_time) as hour, unnest([
               {'series': 'issued', 'amount': 1::bigint},
               {'series': 'abandoned', 'amount': is_abandoned::bigint}
           ]) as part,
           aws_region, pool_id,
           case when pool_id = 'unknown' then '' else coalesce(client_id, '') end as client_id, factor, sign
    from told_challenge
),
parted as (
    select * from sessions
    union all
    select * from challenges
),
told_in_parts as (
    select hour, part.series as series, aws_region, pool_id, client_id, '' as agent, '' as country,
           factor, '' as reason, '' as kind, '' as via, sign * part.amount as change
    from parted where part.amount <> 0
),
plumbing as (
    select hour, case issued_challenge when 'MFA_SETUP' then 'mfa_setup_issued' else 'select_mfa_issued' end as series,
           aws_region, pool_id, client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, '' as via, 1 as change
    from told_alone where issued_challenge in ('MFA_SETUP', 'SELECT_MFA_TYPE') and outcome = 'success'
),
sign_ins as (
    select hour, 'sign_ins' as series, aws_region, pool_id, client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, sign_in as via, 1 as change
    from told_alone where sign_in is not null
),
mfa_sign_ins as (
    select hour, 'mfa_sign_ins' as series, aws_region, pool_id, client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, '' as via, sign as change
    from told_together where passed_mfa
),
-- a remembered device stood in for MFA
device_sign_ins as (
    select hour, 'device_sign_ins' as series, aws_region, pool_id, client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, '' as via, 1 as change
    from told_alone where sign_in = 'api' and step = 'device'
),
-- kinds that ask count every attempt, the others what was done
recovery_events as (
    select hour, 'recovery_events' as series, aws_region, pool_id, '' as client_id, '' as agent, '' as country,
           '' as factor, '' as reason, recovery_kind as kind, '' as via, 1 as change
    from told_alone
    where recovery_kind in ('self_reset_requested', 'code_resent')
       or (recovery_kind is not null and outcome = 'success')
),
recovery_failures as (
    select hour, 'recovery_failures' as series, aws_region, pool_id, '' as client_id, '' as agent, '' as country,
           '' as factor, reason, recovery_kind as kind, '' as via, 1 as change
    from told_alone where recovery_kind is not null and outcome = 'failure'
),
-- requests whose user is not known: nobody can say whether they were completed
recovery_unknown as (
    select hour, 'recovery_unknown' as series, aws_region, pool_id, '' as client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, '' as via, 1 as change
    from told_alone where recovery_kind = 'self_reset_requested' and sub is null
),
recovery_completions as (
    select date_trunc('hour', requested_at) as hour, 'recovery_completions' as series, aws_region, pool_id,
           '' as client_id, '' as agent, '' as country,
           '' as factor, '' as reason, '' as kind, '' as via, sign as change
    from told_reset where is_completed
),
send_errors as (
    select hour, 'sms_send_errors' as series, aws_region, pool_id, '' as client_id, '' as agent, '' as country,
           '' as factor, send_error as reason, '' as kind, '' as via, 1 as change
    from told_alone where send_error is not null
),
final as (
    select * from challenge_responses
    union all select * from challenge_failures
    union all select * from challenge_undetermined
    union all select * from first_factor_failures
    union all select * from told_in_parts
    union all select * from plumbing
    union all select * from sign_ins
    union all select * from mfa_sign_ins
    union all select * from device_sign_ins
    union all select * from recovery_events
    union all select * from recovery_failures
    union all select * from recovery_unknown
    union all select * from recovery_completions
    union all select * from send_errors
    union all select * from code_move
)
select
    hour, series, aws_region, pool_id, client_id, coalesce(agent, '') as agent, country, factor,
    coalesce(reason, 'other') as reason, kind, via, sum(change)::bigint as change
from final
group by all
having sum(change) <> 0
