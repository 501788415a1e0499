-- purpose: the events of the affected hours with what only their context tells
-- parameters: $from, $to: first affected hour, end of the last
-- grain: one row per event
-- columns: what is counted; mfa_factor (the factor when the answer was to an MFA challenge) and
--   passed_mfa (a sign-in with a passed MFA answer at most 15 minutes before)
create or replace temp table classified as
with
-- the affected hours and the hour before each, for the context
scope_hour as (
    select hour from affected_hour
    union
    select hour - interval 1 hour from affected_hour
),
scope as (
    select
        event_id, event_time, date_trunc('hour', event_time) as hour, aws_region, pool_id, client_id, sub,
        step, factor, outcome, reason, sign_in, recovery_kind
    from event
    where event.event_time >= $from::timestamp - interval 1 hour and event.event_time < $to::timestamp
      and date_trunc('hour', event.event_time) in (select hour from scope_hour)
),
-- the last error-free step of the same client and user before an e-mail answer decides what it is
email_context as (
    select
        event_id,
        last_value(case when step in ('password', 'choice') and outcome = 'success' then step end ignore nulls) over (
            partition by pool_id, client_id, sub order by event_time
            range between interval 15 minutes preceding and current row
        ) as step_before
    from scope
    where client_id is not null and sub is not null
      and step in ('password', 'choice', 'email_answer')
      and sub in (select sub from scope where step = 'email_answer')
),
answered as (
    select
        scope.*,
        case
            when scope.step = 'mfa_answer' then scope.factor
            when scope.step = 'email_answer' and email_context.step_before = 'password' then 'email'
            when scope.step = 'passkey_answer' and passkey_pool.pool_id is not null then 'passkey'
        end as mfa_factor
    from scope
    left join email_context on scope.step = 'email_answer' and scope.event_id = email_context.event_id
    left join (select aws_region, pool_id from pool where passkey_is_mfa) as passkey_pool
        on scope.aws_region = passkey_pool.aws_region and scope.pool_id = passkey_pool.pool_id
),
-- the newest passed MFA answer or completed set-up of the user, up to a quarter of an hour before
passed as (
    select
        *,
        outcome = 'success' and (mfa_factor is not null or step = 'mfa_setup') as passes,
        max(case when outcome = 'success' and (mfa_factor is not null or step = 'mfa_setup') then event_time end) over (
            partition by pool_id, sub order by event_time
            range between interval 15 minutes preceding and current row
        ) as passed_at
    from answered
),
final as (
    select
        hour, event_time, aws_region, pool_id, sub, outcome, reason, sign_in, recovery_kind, mfa_factor,
        sign_in = 'api' and (passes or (sub is not null and passed_at is not null)) as passed_mfa
    from passed
    where hour in (select hour from affected_hour)
)
select * from final
