-- purpose: the MFA state of listed users at an instant, with the evidence behind it
-- parameters: as_of; first_sub, last_sub: a slice of the users, so that memory stays bounded
-- grain: one row per Region, pool and user
-- cost: a step that others share must not be materialized, or every caller pays for every column. Activity is
--   joined first: of the orders that were tried, a million users then need the least memory
-- columns: held: factors listed, switched on or proven, as bits; has_<factor>: evidence stands; can_<factor>: and the
--   pool allows it now; strength of the capable; evidence_at: newest evidence about MFA; first_seen_at: oldest sign of
--   any factor; newcomer_at: the first sign-in, after a sign-up; country, has_phone, has_email_address and what is
--   verified as the listing says
create or replace macro user_state(as_of, first_sub, last_sub) as table (
with
-- from when on evidence counts, and whether a passkey proves MFA; replicas share their users, and so
-- their evidence
age as not materialized (
    select
        pool_id, as_of - to_seconds(max(max_evidence_age_s)) as evidence_since, bool_or(passkey_is_mfa) as passkey_is_mfa
    from pool
    group by pool_id
),
-- what each pool asks for; factors as bits: totp 1, sms 2, email 4, passkey 8, names we do not know 16
rule as (
    select
        aws_region, pool_id, mfa_configuration, allows_sms, allows_email,
        (allows_totp::integer + 2 * allows_sms::integer + 4 * allows_email::integer
            + 8 * passkey_is_mfa::integer)::utinyint as allowed
    from pool
),
fresh_lookup as not materialized (
    select
        lookup.pool_id, lookup.sub, lookup.looked_up_at, lookup.preferred, lookup.tells_passkeys,
        (lookup.totp::integer + 2 * lookup.sms::integer + 4 * lookup.email::integer + 8 * lookup.passkey::integer
            + 16 * lookup.other::integer)::utinyint as listed
    from lookup
    join age using (pool_id)
    where lookup.looked_up_at >= age.evidence_since and lookup.sub between first_sub and last_sub
),
-- e-mail by itself: one row for every proof, and one where it was switched
email_row as (
    select pool_id, sub, first_seen_at, proven_at, on_at, off_at, preferred_at, unpreferred_at
    from factor_evidence
    where factor = 'email' and sub between first_sub and last_sub
    union all by name
    select pool_id, sub, proven_at as first_seen_at, proven_at
    from email_proof
    where sub between first_sub and last_sub
),
-- one row a factor
factor_seen as (
    select pool_id, sub, factor, first_seen_at, proven_at, on_at, off_at, preferred_at, unpreferred_at
    from factor_evidence
    where factor <> 'email' and sub between first_sub and last_sub
    union all by name
    select
        pool_id, sub, 'email' as factor,
        min(first_seen_at) as first_seen_at, max(proven_at) as proven_at,
        max(on_at) as on_at, max(off_at) as off_at,
        max(preferred_at) as preferred_at, max(unpreferred_at) as unpreferred_at
    from email_row
    group by all
),
-- what stands of each factor: a proof until a later removal, a switch until a later one
judged as (
    select
        factor_seen.pool_id, factor_seen.sub, factor_seen.factor, factor_seen.first_seen_at,
        case factor_seen.factor when 'totp' then 1 when 'sms' then 2 when 'email' then 4 else 8 end::utinyint as bit,
        coalesce(on_at > coalesce(off_at, '-infinity'), false) as is_on,
        case when greatest(on_at, off_at) >= age.evidence_since then greatest(on_at, off_at) end as switched_at,
        case
            when proven_at >= as_of - interval 90 days and proven_at > coalesce(off_at, '-infinity')
             and (factor_seen.factor <> 'passkey' or age.passkey_is_mfa) then proven_at
        end as proven_at,
        greatest(proven_at, on_at, off_at) as evidence_at,
        case when preferred_at > coalesce(unpreferred_at, '-infinity') then preferred_at end as preferred_at
    from factor_seen
    join age using (pool_id)
),
-- the look-up that speaks of the factor: not every one tells passkeys
compared as (
    select
        judged.*,
        case when judged.factor <> 'passkey' or fresh_lookup.tells_passkeys then fresh_lookup.looked_up_at end as looked_up_at
    from judged
    left join fresh_lookup using (pool_id, sub)
),
-- the factors of a user side by side; the newer of look-up and switch decides what is explicit
evidence as (
    select
        pool_id, sub,
        bit_or(case when is_on and switched_at > coalesce(looked_up_at, '-infinity') then bit else 0 end) as switched_on,
        bit_or(case when not is_on and switched_at > coalesce(looked_up_at, '-infinity') then bit else 0 end) as unlisted,
        bit_or(case when not is_on and switched_at is not null then bit else 0 end) as switched_off,
        max(case when not is_on then switched_at end) as switched_off_at,
        bit_or(case when proven_at is not null then bit else 0 end) as proven,
        max(proven_at) as proven_at,
        max(evidence_at) as evidence_at,
        min(first_seen_at) as first_seen_at,
        arg_max(factor, (preferred_at, factor)) filter (where preferred_at is not null) as preferred,
        max(preferred_at) as preferred_at
    from compared
    group by all
),
activity as (
    select pool_id, sub, last_sign_in_at, direction_unknown_at, first_sign_in_at, signed_up_at
    from user_activity
    where sub between first_sub and last_sub
),
graded as (
    select
        listed_user.aws_region, listed_user.pool_id, listed_user.sub, listed_user.username, listed_user.status,
        listed_user.enabled as is_enabled, listed_user.created_at, listed_user.country, listed_user.has_phone,
        listed_user.has_email as has_email_address, listed_user.phone_verified, listed_user.email_verified,
        listed_user.enabled and listed_user.status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD') as is_eligible,
        listed_user.status = 'EXTERNAL_PROVIDER' as is_federated,
        activity.last_sign_in_at,
        case when activity.signed_up_at <= activity.first_sign_in_at then activity.first_sign_in_at end as newcomer_at,
        coalesce(activity.last_sign_in_at >= as_of - interval 30 days, false) as is_active,
        coalesce(
            activity.direction_unknown_at + interval 1 second > coalesce(fresh_lookup.looked_up_at, '-infinity'), false
        ) as is_direction_unknown,
        rule.mfa_configuration, rule.allowed,
        fresh_lookup.looked_up_at, fresh_lookup.listed,
        evidence.proven_at, evidence.first_seen_at,
        greatest(fresh_lookup.looked_up_at, evidence.evidence_at) as evidence_at,
        -- a later change that cannot be read may have left anything on
        case
            when activity.direction_unknown_at > evidence.switched_off_at then 0::utinyint
            else coalesce(evidence.switched_off, 0::utinyint)
        end as switched_off,
        coalesce(fresh_lookup.listed, 0::utinyint) & ~coalesce(evidence.unlisted, 0::utinyint)
            | coalesce(evidence.switched_on, 0::utinyint) as explicit,
        coalesce(evidence.proven, 0::utinyint) as proven,
        -- a pool that requires MFA challenges by the channel the user has, unless a factor is listed
        case
            when rule.mfa_configuration = 'ON' and explicit = 0 then (
                2 * (rule.allows_sms and listed_user.has_phone)::integer
                + 4 * (rule.allows_email and listed_user.has_email)::integer
            )::utinyint
            else 0::utinyint
        end as implicit,
        case
            when evidence.preferred_at > coalesce(fresh_lookup.looked_up_at, '-infinity') then evidence.preferred
            else fresh_lookup.preferred
        end as preferred
    from listed_user
    join rule using (aws_region, pool_id)
    left join activity on listed_user.pool_id = activity.pool_id and listed_user.sub = activity.sub
    left join evidence on listed_user.pool_id = evidence.pool_id and listed_user.sub = evidence.sub
    left join fresh_lookup on listed_user.pool_id = fresh_lookup.pool_id and listed_user.sub = fresh_lookup.sub
    where listed_user.sub between first_sub and last_sub
),
named as (
    select
        *,
        case
            when is_federated then 'federated'
            when explicit > 0 then 'explicit'
            when proven > 0 then 'proven'
            when implicit > 0 then 'implicit'
            when looked_up_at is not null then 'none'
            -- switched off one by one, until nothing was left on
            when allowed > 0 and switched_off & allowed = allowed then 'none'
            when switched_off = 15 then 'none'
            else 'unknown'
        end as state,
        case when is_federated then 0::utinyint else explicit | proven | implicit end as standing,
        case when mfa_configuration = 'OFF' then 0::utinyint else standing & allowed end as usable
    from graded
),
final as (
    select
        aws_region, pool_id, sub, username, status, is_enabled, is_eligible, is_active,
        state, (explicit | proven) as held,
        standing & 1 > 0 as has_totp, standing & 2 > 0 as has_sms, standing & 4 > 0 as has_email,
        standing & 8 > 0 as has_passkey, standing & 16 > 0 as has_other,
        usable & 1 > 0 as can_totp, usable & 2 > 0 as can_sms, usable & 4 > 0 as can_email, usable & 8 > 0 as can_passkey,
        usable > 0 as is_capable,
        case
            when usable & 9 > 0 then 'strong'
            when usable = 2 then 'sms_only'
            when usable = 4 then 'email_only'
            when usable = 6 then 'sms_and_email'
        end as strength,
        case preferred
            when 'totp' then if(has_totp, preferred, null)
            when 'sms' then if(has_sms, preferred, null)
            when 'email' then if(has_email, preferred, null)
            when 'passkey' then if(has_passkey, preferred, null)
        end as preferred,
        coalesce(
            proven > 0 and listed = 0 and looked_up_at > proven_at and mfa_configuration <> 'ON' and is_eligible, false
        ) as is_conflict,
        is_direction_unknown and is_eligible as is_direction_unknown,
        created_at, last_sign_in_at, newcomer_at, looked_up_at, evidence_at, coalesce(first_seen_at, created_at) as capable_since,
        country, has_phone, has_email_address, phone_verified, email_verified
    from named
)
select * from final
)
