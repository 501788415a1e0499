-- purpose: how many sign-ins of a stretch of time passed MFA
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id: null for all
-- grain: one row per Region and pool
-- columns: sign_ins: completed API sign-ins; mfa_sign_ins: those that passed MFA; first_sign_ins: first
--   sign-ins of people who signed themselves up, without MFA: Cognito counts the sign-up's code as
--   their second factor, so they are no bypass
with
signed_in as (
    select
        aws_region, pool_id,
        coalesce(sum(events) filter (where series = 'sign_ins'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'mfa_sign_ins'), 0)::bigint as mfa_sign_ins
    from counted($from::timestamp, $to::timestamp)
    where (series = 'mfa_sign_ins' or (series = 'sign_ins' and via = 'api'))
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
),
-- whoever showed any factor by then is no newcomer to MFA
newcomer as (
    select pool_id, count(*) as first_sign_ins
    from user_evidence
    where signed_up_at <= first_sign_in_at
      and first_sign_in_at >= $from::timestamp and first_sign_in_at < $to::timestamp
      and ($aws_region::varchar is null or pool_id in (select pool_id from pool where aws_region = $aws_region))
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and coalesce(
          least(totp_first_seen_at, sms_first_seen_at, email_first_seen_at, passkey_first_seen_at) > first_sign_in_at, true
      )
    group by pool_id
),
final as (
    select
        signed_in.aws_region, signed_in.pool_id, signed_in.sign_ins, signed_in.mfa_sign_ins,
        coalesce(newcomer.first_sign_ins, 0) as first_sign_ins
    from signed_in
    left join newcomer using (pool_id)
)
select * from final
