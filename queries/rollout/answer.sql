-- purpose: failed sessions in the stretch that is replayed, and the newest accepted codes, of users of a slice
-- parameters: $aws_region, $pool_id; $from, $to: the stretch, half open; $first_sub, $last_sub: the slice
-- grain: one row per user with any
insert into rollout_answer by name
with
failed as (
    select sub, 1 as failed_sessions, ended_at as failed_at
    from failed_session
    where pool_id = $pool_id and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and sub between $first_sub::uuid and $last_sub::uuid
),
passed as (
    select
        sub,
        unnest(['totp', 'sms', 'passkey']) as factor,
        unnest([
            totp_proven_at, sms_proven_at,
            -- a passkey that only signs in is no second factor
            case
                when (select passkey_is_mfa from pool where aws_region = $aws_region and pool_id = $pool_id)
                    then passkey_proven_at
            end
        ]) as proven_at
    from user_evidence
    where pool_id = $pool_id and sub between $first_sub::uuid and $last_sub::uuid
      and coalesce(totp_proven_at, sms_proven_at, passkey_proven_at) is not null
),
proven as (
    select sub, factor, proven_at, case when factor = 'sms' then proven_at end as phone_answered_at
    from passed
    where proven_at is not null
    union all
    select sub, 'email', proven_at, null
    from email_proof
    where pool_id = $pool_id and sub between $first_sub::uuid and $last_sub::uuid
),
answered as (
    select sub, requested_at as phone_answered_at
    from code_request
    where pool_id = $pool_id and is_converted and sub between $first_sub::uuid and $last_sub::uuid
),
told as (
    select * from failed
    union all by name
    select * from proven
    union all by name
    select * from answered
)
select
    sub,
    coalesce(sum(failed_sessions), 0)::uinteger as failed_sessions,
    max(failed_at) as failed_at,
    max(proven_at) as proven_at,
    arg_max(factor, proven_at) as last_factor,
    max(phone_answered_at) as phone_answered_at
from told
group by sub
