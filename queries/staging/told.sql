-- purpose: the records in scope with what only their context tells
-- parameters: none
-- grain: one row per event and world
-- columns: mfa_factor: the factor when the answer was to an MFA challenge; issued_factor: likewise of the
--   challenge that was issued; passed_mfa: a sign-in with a passed MFA answer at most 15 minutes before
create or replace temp table told as
with
-- the last error-free step of the same client and user before an e-mail code decides what it is
stepped as (
    select
        *,
        max(case when step = 'password' and outcome = 'success' then event_time end) over client_user as password_at,
        max(case when step = 'choice' and outcome = 'success' then event_time end) over client_user as choice_at
    from scope
    window client_user as (partition by sign, pool_id, client_id, sub order by event_time)
),
in_context as (
    select
        *,
        sub is not null and client_id is not null and password_at >= event_time - interval 15 minutes
            and coalesce(password_at >= choice_at, true) as after_password
    from stepped
),
answered as (
    select
        in_context.*,
        case
            when in_context.step = 'mfa_answer' then in_context.factor
            when in_context.step = 'email_answer' and after_password then 'email'
            when in_context.step = 'passkey_answer' and passkey_pool.pool_id is not null then 'passkey'
        end as mfa_factor,
        case
            when in_context.outcome <> 'success' then null
            when issued_challenge = 'SMS_MFA' then 'sms'
            when issued_challenge = 'SOFTWARE_TOKEN_MFA' then 'totp'
            when issued_challenge = 'EMAIL_MFA' then 'email'
            when issued_challenge = 'EMAIL_OTP' and after_password then 'email'
            when issued_challenge = 'WEB_AUTHN' and passkey_pool.pool_id is not null then 'passkey'
        end as issued_factor
    from in_context
    left join (select aws_region, pool_id from pool where passkey_is_mfa) as passkey_pool
        on in_context.aws_region = passkey_pool.aws_region and in_context.pool_id = passkey_pool.pool_id
),
-- the newest passed MFA answer or completed set-up of the user
passed as (
    select
        *,
        outcome = 'success' and (mfa_factor is not null or step = 'mfa_setup') as passes,
        max(case when outcome = 'success' and (mfa_factor is not null or step = 'mfa_setup') then event_time end) over (
            partition by sign, pool_id, sub order by event_time
        ) as passed_at
    from answered
)
select
    sign, settled_through, event_id, event_time, aws_region, pool_id, client_id, sub, agent,
    step, outcome, reason, mfa_factor, issued_factor,
    coalesce(sign_in = 'api' and (passes or (sub is not null and passed_at >= event_time - interval 15 minutes)), false)
        as passed_mfa
from passed
