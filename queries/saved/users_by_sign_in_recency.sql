-- title: Users by their last sign-in and MFA state
-- purpose: who would meet MFA soon and who perhaps never. Waves of a roll-out begin with users who sign in often;
--   users of unknown state who sign in often will tell by themselves. Hosted pages name no user: their sign-ins count
--   as none
-- parameters: $to, $aws_region, $pool_id
-- grain: one row per AWS Region, pool and time since the last sign-in
-- place: pools
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   last_sign_in: how long before $to the newest sign-in through the API was
--   eligible_users: the headline denominator
--   capable_users: of them, those who can pass MFA
--   strong_users: of capable_users, with an authenticator app or a passkey
--   sms_only_users: of capable_users, with text messages alone
--   unprotected_users: of eligible_users, known to be unable to pass MFA
--   unknown_users: of eligible_users, without evidence about MFA
--   capable_ratio: capable of known users
with
judged as (
    select
        aws_region, pool_id, state, is_capable, strength,
        case
            when last_sign_in_at >= $to::timestamp - interval 1 day then 1
            when last_sign_in_at >= $to::timestamp - interval 7 days then 2
            when last_sign_in_at >= $to::timestamp - interval 30 days then 3
            when last_sign_in_at >= $to::timestamp - interval 90 days then 4
            when last_sign_in_at is not null then 5
            else 6
        end as place
    from users
    where is_eligible
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
counted as (
    select
        aws_region, pool_id, place,
        count(*) as eligible_users,
        count(*) filter (where is_capable) as capable_users,
        count(*) filter (where strength = 'strong') as strong_users,
        count(*) filter (where strength = 'sms_only') as sms_only_users,
        count(*) filter (where not is_capable and state <> 'unknown') as unprotected_users,
        count(*) filter (where state = 'unknown') as unknown_users
    from judged
    group by all
)
select
    aws_region, pool_id,
    [
        'within 1 day', 'within 7 days', 'within 30 days', 'within 90 days', 'longer ago', 'none on record'
    ][place] as last_sign_in,
    eligible_users, capable_users, strong_users, sms_only_users, unprotected_users, unknown_users,
    capable_users / nullif(eligible_users - unknown_users, 0) as capable_ratio
from counted
order by aws_region, pool_id, place
