-- purpose: what users of a slice did: sign-ins, failed sessions, codes that were accepted
-- parameters: $aws_region, $pool_id; $from, $to: the stretch that is replayed, half open; $first_sub, $last_sub: the slice
-- grain: one row per user with any
insert into rollout_behaviour by name
with
signed_in as (
    select
        occurrence.sub, 1 as sign_ins, (not rollout_sign_in.is_device)::integer as asked,
        rollout_sign_in.client, occurrence.event_time as signed_in_at
    from occurrence
    join rollout_sign_in using (kind_id)
    where occurrence.event_time >= $from::timestamp and occurrence.event_time < $to::timestamp
      and occurrence.sub between $first_sub::uuid and $last_sub::uuid and rollout_sign_in.is_api
),
failed as (
    select sub, 1 as failed_sessions, ended_at as failed_at
    from failed_session
    where pool_id = $pool_id and ended_at >= $from::timestamp and ended_at < $to::timestamp
      and sub between $first_sub::uuid and $last_sub::uuid
),
proven as (
    select sub, factor, proven_at, case when factor = 'sms' then proven_at end as phone_answered_at
    from factor_evidence
    where pool_id = $pool_id and proven_at is not null and sub between $first_sub::uuid and $last_sub::uuid
      -- a passkey that only signs in is no second factor
      and (
        factor <> 'passkey'
        or (select passkey_is_mfa from pool where aws_region = $aws_region and pool_id = $pool_id)
      )
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
    select * from signed_in
    union all by name
    select * from failed
    union all by name
    select * from proven
    union all by name
    select * from answered
)
select
    sub,
    coalesce(sum(sign_ins), 0)::uinteger as sign_ins,
    coalesce(sum(asked), 0)::uinteger as asked,
    arg_max(client, signed_in_at) as client,
    coalesce(sum(failed_sessions), 0)::uinteger as failed_sessions,
    max(failed_at) as failed_at,
    max(proven_at) as proven_at,
    arg_max(factor, proven_at) as last_factor,
    max(phone_answered_at) as phone_answered_at
from told
group by sub
