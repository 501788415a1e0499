-- purpose: head counts of every listed pool
-- parameters: none (reads user_state)
-- grain: one row per Region and pool
-- columns: head counts; users unless said otherwise
select
    aws_region, pool_id,
    count(*) filter (where is_eligible) as eligible_users,
    count(*) filter (where is_eligible and is_active) as active_users,
    count(*) filter (where is_eligible and is_capable) as capable_users,
    count(*) filter (where is_eligible and is_active and is_capable) as active_capable_users,
    count(*) filter (where is_eligible and is_active and state <> 'unknown') as active_known_users,
    count(*) filter (where is_eligible and state = 'explicit') as explicit_users,
    count(*) filter (where is_eligible and state = 'proven') as proven_users,
    count(*) filter (where is_eligible and state = 'implicit') as implicit_users,
    count(*) filter (where is_eligible and state = 'none') as none_users,
    count(*) filter (where is_eligible and state = 'unknown') as unknown_users,
    count(*) filter (where is_eligible and is_capable and totp) as totp_users,
    count(*) filter (where is_eligible and is_capable and sms) as sms_users,
    count(*) filter (where is_eligible and is_capable and email) as email_users,
    count(*) filter (where is_eligible and is_capable and passkey) as passkey_users
from user_state
group by all
order by all
