-- purpose: how many sign-ins of the last days passed MFA
-- parameters: $from, $to: days, half open
-- grain: one row per Region and pool
-- columns: sign_ins: completed API sign-ins; mfa_sign_ins: those that passed MFA; first_sign_ins: first
--   sign-ins of people who signed themselves up, without MFA: Cognito counts the sign-up's code as
--   their second factor, so they are no bypass
with
counted as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'api'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins
    from daily_count
    where day >= $from::date and day < $to::date and series in ('sign_ins', 'mfa_sign_ins')
    group by all
),
-- the oldest sign of any factor of a user
proven as (
    select pool_id, sub, min(first_seen_at) as first_seen_at from factor_evidence group by all
),
newcomer as (
    select user_activity.pool_id, count(*) as first_sign_ins
    from user_activity
    left join proven using (pool_id, sub)
    where user_activity.signed_up_at <= user_activity.first_sign_in_at
      and user_activity.first_sign_in_at >= $from::timestamp and user_activity.first_sign_in_at < $to::timestamp
      and (proven.first_seen_at is null or proven.first_seen_at > user_activity.first_sign_in_at)
    group by all
),
final as (
    select
        counted.aws_region, counted.pool_id, counted.sign_ins, counted.mfa_sign_ins,
        coalesce(newcomer.first_sign_ins, 0) as first_sign_ins
    from counted
    left join newcomer using (pool_id)
)
select * from final
