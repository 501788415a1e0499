-- purpose: users of a slice of a pool who can sign in, with what decides how they fare
-- parameters: $as_of; $aws_region, $pool_id; $first_sub, $last_sub: the slice
-- grain: one row per enabled user, eligible or federated
-- columns: profile: factors with standing evidence as bits (totp 1, sms 2, email 4, passkey 8), has a phone number 16,
--   has an e-mail address 32, looked up (what is not there is known not to be) 64, federated 128, app client of the
--   newest sign-in knows MFA 256 (without a sign-in: any of the pool does), any evidence 512
insert into rollout_user
with
recovering as (
    select
        recovery = '' or contains(recovery, 'verified_phone_number') as by_phone,
        recovery = '' or contains(recovery, 'verified_email') as by_email,
        coalesce((select bool_or(knows_mfa) from rollout_client), false) as any_knows_mfa
    from pool
    where aws_region = $aws_region and pool_id = $pool_id
),
judged as (
    select
        sub, held, has_other, state, looked_up_at, state = 'federated' as is_federated, has_phone, has_email_address, country, created_at,
        is_active, is_capable,
        newcomer_at, phone_verified, email_verified, can_sms, can_email, strength, preferred, status
    from user_state($as_of::timestamp, $first_sub::uuid, $last_sub::uuid)
    where aws_region = $aws_region and pool_id = $pool_id and is_enabled and (is_eligible or state = 'federated')
),
behaved as (
    select
        sub, sign_ins, asked, client, knows_mfa
    from rollout_behaviour
    left join rollout_client using (client)
    where sub between $first_sub::uuid and $last_sub::uuid
),
final as (
    select
        judged.*, behaved.* exclude (sub, knows_mfa),
        recovering.by_phone and judged.has_phone and coalesce(judged.phone_verified, false) as phone_recovers,
        recovering.by_email and judged.has_email_address and coalesce(judged.email_verified, false) as email_recovers,
        if(behaved.client is null, recovering.any_knows_mfa, behaved.knows_mfa) as knows_mfa
    from judged
    cross join recovering
    left join behaved using (sub)
)
select
    sub,
    (
        (held & 15) + 16 * has_phone::integer + 32 * has_email_address::integer
        + 64 * (state = 'none' or (looked_up_at is not null and not has_other))::integer
        + 128 * is_federated::integer + 256 * knows_mfa::integer + 512 * (state <> 'unknown')::integer
    )::usmallint as profile,
    coalesce(sign_ins, 0), coalesce(asked, 0), client, country, created_at, newcomer_at,
    phone_recovers, email_recovers,
    not is_federated and not (
        (phone_recovers and not (can_sms and coalesce(preferred = 'sms' or strength = 'sms_only', false)))
        or (email_recovers and not (can_email and coalesce(preferred = 'email' or strength = 'email_only', false)))
    ) as is_dead_end,
    not is_federated and not is_active and not is_capable as is_absent,
    preferred, status = 'FORCE_CHANGE_PASSWORD' as is_temporary
from final
