-- title: Users whom MFA leaves no way to recover
-- purpose: eligible users without a verified channel that the pool recovers by, once the channel of their second
--   factor is taken away: Cognito sends no reset code to the phone that is the MFA. A pool that tells no order of
--   channels counts as having both
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region and pool
-- place: recovery
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   recovery: account recovery channels in order of priority, comma separated
--   eligible_users: the headline denominator
--   phone_users: of them, those who can recover by a verified phone, were it not for MFA
--   phone_taken_users: of phone_users, those whose MFA is text messages, preferred or alone
--   email_users: of eligible_users, those who can recover by a verified mailbox, were it not for MFA
--   email_taken_users: of email_users, those whose MFA is e-mail codes, preferred or alone
--   dead_end_users: of eligible_users, those without any channel left
--   mfa_dead_end_users: of dead_end_users, those who would have one without MFA
--   active_dead_end_users: of dead_end_users, those with a sign-in through the API in 30 days
--   dead_end_ratio: dead_end_users of eligible_users
with
channel as (
    select
        aws_region, pool_id, pool_name, recovery,
        recovery = '' or contains(recovery, 'verified_phone_number') as by_phone,
        recovery = '' or contains(recovery, 'verified_email') as by_email
    from pools
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
-- what each user could recover by, and what MFA takes away
judged as (
    select
        users.aws_region, users.pool_id, users.is_active,
        channel.by_phone and users.has_phone and coalesce(users.phone_verified, false) as has_phone_way,
        channel.by_email and users.has_email_address and coalesce(users.email_verified, false) as has_email_way,
        users.can_sms and coalesce(users.preferred = 'sms' or users.strength = 'sms_only', false) as is_phone_taken,
        users.can_email and coalesce(users.preferred = 'email' or users.strength = 'email_only', false)
            as is_email_taken
    from users
    join channel on channel.aws_region = users.aws_region and channel.pool_id = users.pool_id
    where users.is_eligible
),
ended as (
    select
        aws_region, pool_id, is_active, has_phone_way, has_email_way, is_phone_taken, is_email_taken,
        not ((has_phone_way and not is_phone_taken) or (has_email_way and not is_email_taken)) as is_dead_end
    from judged
),
counted as (
    select
        aws_region, pool_id,
        count(*) as eligible_users,
        count(*) filter (where has_phone_way) as phone_users,
        count(*) filter (where has_phone_way and is_phone_taken) as phone_taken_users,
        count(*) filter (where has_email_way) as email_users,
        count(*) filter (where has_email_way and is_email_taken) as email_taken_users,
        count(*) filter (where is_dead_end) as dead_end_users,
        count(*) filter (where is_dead_end and (has_phone_way or has_email_way)) as mfa_dead_end_users,
        count(*) filter (where is_dead_end and is_active) as active_dead_end_users
    from ended
    group by all
)
select
    channel.aws_region, channel.pool_id, channel.pool_name, channel.recovery, counted.eligible_users,
    counted.phone_users, counted.phone_taken_users, counted.email_users, counted.email_taken_users,
    counted.dead_end_users, counted.mfa_dead_end_users, counted.active_dead_end_users,
    counted.dead_end_users / nullif(counted.eligible_users, 0) as dead_end_ratio
from counted
join channel using (aws_region, pool_id)
order by counted.dead_end_users desc, channel.aws_region, channel.pool_id
