-- purpose: the MFA state of listed users at an instant, with the evidence behind it
-- parameters: as_of; first_sub, last_sub: a slice of the users, so that memory stays bounded
-- grain: one row per Region, pool and user
-- cost: a step that others share must not be materialized, or every caller pays for every column. What is known of
--   a user is boiled down before it meets the listing: most of the time goes into that join, and with its width.
--   What several columns need is named a step before them: within one step each use is planned and copied anew
-- columns: held: factors listed, switched on or proven, as bits; has_<factor>: evidence stands; can_<factor>: and the
--   pool allows it now; strength of the capable; evidence_at: newest evidence about MFA; first_seen_at: oldest sign of
--   any factor; newcomer_at: the first sign-in, after a sign-up; country, has_phone, has_email_address and what is
--   verified as the listing says
create or replace macro user_state(as_of, first_sub, last_sub) as table (
with
-- after when evidence counts, and passkeys prove MFA, if ever; replicas share their users, and so their evidence
age as not materialized (
    select
        pool_id,
        as_of - to_seconds(max(max_evidence_age_s)) - interval 1 microsecond as evidence_after,
        as_of - interval 90 days - interval 1 microsecond as proves_after,
        if(bool_or(passkey_is_mfa), proves_after, 'infinity') as passkeys_prove_after
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
-- passed e-mail challenges are kept by answer
email_proof_of_user as (
    select pool_id, sub, min(proven_at) as first_proven_at, max(proven_at) as proven_at
    from email_proof
    where sub between first_sub and last_sub
    group by pool_id, sub
),
-- the newest word on each factor, and until when a look-up speaks of it, if it is not too old and, of passkeys, tells them
told as (
    select
        known.pool_id, known.sub, known.last_sign_in_at, known.direction_unknown_at,
        case when known.signed_up_at <= known.first_sign_in_at then known.first_sign_in_at end as newcomer_at,
        age.evidence_after, age.proves_after, age.passkeys_prove_after,
        case when known.looked_up_at > age.evidence_after then known.looked_up_at end as looked_up_at,
        case when known.looked_up_at > age.evidence_after then known.listed end as listed,
        case when known.looked_up_at > age.evidence_after then known.listed_preferred end as listed_preferred,
        greatest(age.evidence_after, known.looked_up_at) as switches_tell_after,
        case when known.tells_passkeys then switches_tell_after else age.evidence_after end as passkey_switches_tell_after,
        least(
            known.totp_first_seen_at, known.sms_first_seen_at, known.email_first_seen_at, mailed.first_proven_at,
            known.passkey_first_seen_at
        ) as first_seen_at,
        greatest(known.totp_on_at, known.totp_off_at, '-infinity') as totp_switched_at, known.totp_off_at,
        greatest(known.sms_on_at, known.sms_off_at, '-infinity') as sms_switched_at, known.sms_off_at,
        greatest(known.email_on_at, known.email_off_at, '-infinity') as email_switched_at, known.email_off_at,
        greatest(known.passkey_on_at, known.passkey_off_at, '-infinity') as passkey_switched_at, known.passkey_off_at,
        known.totp_proven_at, known.sms_proven_at, mailed.proven_at as email_proven_at, known.passkey_proven_at,
        case
            when known.totp_preferred_at > coalesce(known.totp_unpreferred_at, '-infinity') then known.totp_preferred_at
        end as totp_preferred_at,
        case
            when known.sms_preferred_at > coalesce(known.sms_unpreferred_at, '-infinity') then known.sms_preferred_at
        end as sms_preferred_at,
        case
            when known.email_preferred_at > coalesce(known.email_unpreferred_at, '-infinity') then known.email_preferred_at
        end as email_preferred_at,
        case
            when known.passkey_preferred_at > coalesce(known.passkey_unpreferred_at, '-infinity') then known.passkey_preferred_at
        end as passkey_preferred_at
    from user_evidence as known
    join age using (pool_id)
    left join email_proof_of_user as mailed on known.pool_id = mailed.pool_id and known.sub = mailed.sub
    where known.sub between first_sub and last_sub
),
-- the factors of a user as bits: a switch speaks until a look-up that speaks of the factor, a proof until a removal
weighed as (
    select
        *,
        (
            (totp_switched_at > switches_tell_after)::utinyint
            + 2 * (sms_switched_at > switches_tell_after)::utinyint
            + 4 * (email_switched_at > switches_tell_after)::utinyint
            + 8 * (passkey_switched_at > passkey_switches_tell_after)::utinyint
        )::utinyint as newer,
        (
            (totp_switched_at is not distinct from totp_off_at)::utinyint
            + 2 * (sms_switched_at is not distinct from sms_off_at)::utinyint
            + 4 * (email_switched_at is not distinct from email_off_at)::utinyint
            + 8 * (passkey_switched_at is not distinct from passkey_off_at)::utinyint
        )::utinyint as off,
        (
            (totp_switched_at > evidence_after)::utinyint
            + 2 * (sms_switched_at > evidence_after)::utinyint
            + 4 * (email_switched_at > evidence_after)::utinyint
            + 8 * (passkey_switched_at > evidence_after)::utinyint
        )::utinyint as switched,
        (
            coalesce(totp_proven_at > greatest(totp_off_at, proves_after), false)::utinyint
            + 2 * coalesce(sms_proven_at > greatest(sms_off_at, proves_after), false)::utinyint
            + 4 * coalesce(email_proven_at > greatest(email_off_at, proves_after), false)::utinyint
            + 8 * coalesce(passkey_proven_at > greatest(passkey_off_at, passkeys_prove_after), false)::utinyint
        )::utinyint as proven,
        -- of two words of the same second, the last name
        greatest(totp_preferred_at, sms_preferred_at, email_preferred_at, passkey_preferred_at) as preferred_at
    from told
),
evidence as (
    select
        pool_id, sub, last_sign_in_at, newcomer_at, looked_up_at, listed, listed_preferred, first_seen_at, proven,
        (coalesce(listed, 0::utinyint) & ~newer) | (newer & ~off) as explicit,
        greatest(
            case when proven & 1 > 0 then totp_proven_at end,
            case when proven & 2 > 0 then sms_proven_at end,
            case when proven & 4 > 0 then email_proven_at end,
            case when proven & 8 > 0 then passkey_proven_at end
        ) as proven_at,
        greatest(
            looked_up_at, totp_proven_at, sms_proven_at, email_proven_at, passkey_proven_at,
            nullif(greatest(totp_switched_at, sms_switched_at, email_switched_at, passkey_switched_at), '-infinity')
        ) as evidence_at,
        -- a later change that cannot be read may have left anything on
        case
            when direction_unknown_at > greatest(
                case when off & switched & 1 > 0 then totp_off_at end,
                case when off & switched & 2 > 0 then sms_off_at end,
                case when off & switched & 4 > 0 then email_off_at end,
                case when off & switched & 8 > 0 then passkey_off_at end
            ) then 0::utinyint
            else off & switched
        end as switched_off,
        coalesce(direction_unknown_at + interval 1 second > coalesce(looked_up_at, '-infinity'), false) as is_direction_unknown,
        case
            when preferred_at > coalesce(looked_up_at, '-infinity') then case preferred_at
                when totp_preferred_at then 'totp'
                when sms_preferred_at then 'sms'
                when passkey_preferred_at then 'passkey'
                else 'email'
            end
            else listed_preferred
        end as preferred
    from weighed
),
graded as (
    select
        listed_user.aws_region, listed_user.pool_id, listed_user.sub, listed_user.username, listed_user.status,
        listed_user.enabled as is_enabled, listed_user.created_at, listed_user.country, listed_user.has_phone,
        listed_user.has_email as has_email_address, listed_user.phone_verified, listed_user.email_verified,
        listed_user.enabled and listed_user.status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD') as is_eligible,
        listed_user.status = 'EXTERNAL_PROVIDER' as is_federated,
        evidence.last_sign_in_at, evidence.newcomer_at,
        coalesce(evidence.last_sign_in_at >= as_of - interval 30 days, false) as is_active,
        coalesce(evidence.is_direction_unknown, false) as is_direction_unknown,
        rule.mfa_configuration, rule.allowed,
        evidence.looked_up_at, evidence.listed, evidence.proven_at, evidence.first_seen_at, evidence.evidence_at,
        evidence.preferred,
        coalesce(evidence.switched_off, 0::utinyint) as switched_off,
        coalesce(evidence.explicit, 0::utinyint) as explicit,
        coalesce(evidence.proven, 0::utinyint) as proven,
        -- a pool that requires MFA challenges by the channel the user has, unless a factor is listed
        case
            when rule.mfa_configuration = 'ON' and coalesce(evidence.explicit, 0) = 0 then (
                2 * (rule.allows_sms and listed_user.has_phone)::integer
                + 4 * (rule.allows_email and listed_user.has_email)::integer
            )::utinyint
            else 0::utinyint
        end as implicit
    from listed_user
    left join evidence on listed_user.pool_id = evidence.pool_id and listed_user.sub = evidence.sub
    join rule on listed_user.aws_region = rule.aws_region and listed_user.pool_id = rule.pool_id
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
