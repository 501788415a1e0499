-- purpose: users who were challenged in a stretch of time that ends now, and those who never got through
-- parameters: $from; $aws_region, $pool_id: null for all
-- grain: one row
-- columns: challenged_users: with a session; stuck_users: with failed ones only
with
failed as (
    select distinct sub
    from failed_session
    where ended_at >= $from::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
-- a newest pass in the stretch is a pass in it
passed as (
    select sub
    from user_evidence
    where greatest(
          totp_proven_at, sms_proven_at,
          case when pool_id in (select pool_id from pool where passkey_is_mfa) then passkey_proven_at end
      ) >= $from::timestamp
      and ($aws_region::varchar is null or pool_id in (select pool_id from pool where aws_region = $aws_region))
      and ($pool_id::varchar is null or pool_id = $pool_id)
    union
    -- e-mail codes after a password
    select sub
    from email_proof
    where proven_at >= $from::timestamp
      and ($aws_region::varchar is null or pool_id in (select pool_id from pool where aws_region = $aws_region))
      and ($pool_id::varchar is null or pool_id = $pool_id)
    union
    -- custom challenges leave no evidence
    select sub
    from event
    where event_time >= $from::timestamp
      and ($aws_region::varchar is null or pool_id in (select pool_id from pool where aws_region = $aws_region))
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and factor = 'custom' and step = 'mfa_answer' and outcome = 'success' and sub is not null
),
stuck as (
    select sub from failed anti join passed using (sub)
)
select
    (select count(*) from passed) + (select count(*) from stuck) as challenged_users,
    (select count(*) from stuck) as stuck_users
