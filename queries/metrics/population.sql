-- purpose: head counts of every listed pool
-- parameters: none (reads state_count)
-- grain: one row per Region and pool
-- columns: head counts; users unless said otherwise
with
eligible as (
    select * from state_count where is_eligible
),
final as (
    select
        aws_region, pool_id,
        sum(users) as eligible_users,
        sum(users) filter (where is_active) as active_users,
        sum(users) filter (where is_active and state <> 'unknown') as active_known_users,
        sum(users) filter (where is_active and is_capable) as active_capable_users,
        sum(users) filter (where is_capable) as capable_users,
        sum(users) filter (where state = 'explicit') as explicit_users,
        sum(users) filter (where state = 'proven') as proven_users,
        sum(users) filter (where state = 'implicit') as implicit_users,
        sum(users) filter (where state = 'none') as none_users,
        sum(users) filter (where state = 'unknown') as unknown_users,
        sum(users) filter (where can_totp) as totp_users,
        sum(users) filter (where can_sms) as sms_users,
        sum(users) filter (where can_email) as email_users,
        sum(users) filter (where can_passkey) as passkey_users,
        sum(users) filter (where has_other) as other_users,
        sum(users) filter (where strength = 'strong') as strong_users,
        sum(users) filter (where strength = 'sms_only') as sms_only_users,
        sum(users) filter (where strength = 'email_only') as email_only_users,
        sum(users) filter (where strength = 'sms_and_email') as sms_and_email_users,
        sum(users) filter (where can_totp and can_sms) as totp_and_sms_users,
        sum(users) filter (where is_capable and preferred = 'totp') as prefer_totp_users,
        sum(users) filter (where is_capable and preferred = 'sms') as prefer_sms_users,
        sum(users) filter (where is_capable and preferred = 'email') as prefer_email_users,
        sum(users) filter (where is_capable and preferred = 'passkey') as prefer_passkey_users,
        sum(users) filter (where is_conflict) as conflicting_users,
        sum(users) filter (where is_direction_unknown) as direction_unknown_users
    from eligible
    group by all
)
select aws_region, pool_id, coalesce(columns(* exclude (aws_region, pool_id)), 0)::bigint
from final
order by aws_region, pool_id
