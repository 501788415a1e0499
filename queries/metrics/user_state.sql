-- purpose: the MFA state of every listed user, with the factors that stand
-- parameters: $as_of
-- grain: one row per Region, pool and user
-- columns: population, state, standing and allowed factors, whether capable and active, since when
create or replace temp table user_state as
with
-- look-ups young enough to count
fresh_lookup as (
    select lookup.*
    from lookup
    join (select pool_id, max(max_evidence_age_s) as max_evidence_age_s from pool group by all) as pool using (pool_id)
    where lookup.looked_up_at >= $as_of::timestamp - to_seconds(pool.max_evidence_age_s)
),
-- what look-ups list, one row per factor
looked_up_factor as (
    select pool_id, sub,
           unnest(['totp', 'sms', 'email', 'passkey']) as factor,
           unnest([totp, sms, email, passkey]) as is_listed
    from fresh_lookup
),
-- every factor of every user that anything is known about
factor_row as (
    select pool_id, sub, factor, proven_at, switched_at, is_on, first_on_at from factor_evidence
    union all by name
    select pool_id, sub, factor from looked_up_factor where is_listed
),
factor_seen as (
    select
        pool_id, sub, factor,
        max(proven_at) as proven_at, max(switched_at) as switched_at,
        any_value(is_on) as is_on, min(first_on_at) as first_on_at
    from factor_row
    group by all
),
-- the newer of look-up and switch decides what is explicit; a proof stands until a later removal
standing as (
    select
        pool.aws_region, pool.pool_id, factor_seen.sub, factor_seen.factor, factor_seen.first_on_at,
        case factor_seen.factor
            when 'totp' then pool.allows_totp
            when 'sms' then pool.allows_sms
            when 'email' then pool.allows_email
            when 'passkey' then pool.passkey_is_mfa
        end as is_allowed,
        case
            when factor_seen.switched_at >= $as_of::timestamp - to_seconds(pool.max_evidence_age_s)
             and (fresh_lookup.looked_up_at is null or factor_seen.switched_at > fresh_lookup.looked_up_at)
                then factor_seen.is_on
            else coalesce(case factor_seen.factor
                when 'totp' then fresh_lookup.totp
                when 'sms' then fresh_lookup.sms
                when 'email' then fresh_lookup.email
                when 'passkey' then fresh_lookup.passkey
            end, false)
        end as is_explicit,
        coalesce(
            factor_seen.proven_at >= $as_of::timestamp - interval 90 days
            and not coalesce(factor_seen.switched_at > factor_seen.proven_at and not factor_seen.is_on, false),
            false
        ) as is_proven,
        coalesce(
            factor_seen.switched_at >= $as_of::timestamp - to_seconds(pool.max_evidence_age_s) and not factor_seen.is_on,
            false
        ) as is_switched_off
    from factor_seen
    join pool using (pool_id)
    left join fresh_lookup using (pool_id, sub)
),
-- factors of one user side by side
evidence as (
    select
        aws_region, pool_id, sub,
        bool_or(is_explicit) as has_explicit,
        bool_or(is_proven) as has_proven,
        coalesce(bool_or(factor = 'totp' and is_allowed and (is_explicit or is_proven)), false) as totp,
        coalesce(bool_or(factor = 'sms' and is_allowed and (is_explicit or is_proven)), false) as sms,
        coalesce(bool_or(factor = 'email' and is_allowed and (is_explicit or is_proven)), false) as email,
        coalesce(bool_or(factor = 'passkey' and is_allowed and (is_explicit or is_proven)), false) as passkey,
        count(*) filter (where is_allowed and is_switched_off) as allowed_switched_off,
        count(*) filter (where is_switched_off) as factors_switched_off,
        min(first_on_at) filter (where is_allowed and (is_explicit or is_proven)) as first_on_at
    from standing
    group by all
),
graded as (
    select
        listed_user.aws_region, listed_user.pool_id, listed_user.sub,
        listed_user.status, listed_user.created_at,
        listed_user.enabled and listed_user.status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD') as is_eligible,
        coalesce(user_activity.last_sign_in_at >= $as_of::timestamp - interval 30 days, false) as is_active,
        pool.mfa_configuration,
        coalesce(evidence.totp, false) as totp,
        coalesce(evidence.sms, false) as sms,
        coalesce(evidence.email, false) as email,
        coalesce(evidence.passkey, false) as passkey,
        evidence.first_on_at,
        -- a pool that requires MFA challenges by the channel the user has, unless a factor is listed
        pool.mfa_configuration = 'ON' and not coalesce(evidence.has_explicit, false) as is_challenged_anyway,
        is_challenged_anyway and pool.allows_sms and listed_user.has_phone as sms_is_implicit,
        is_challenged_anyway and pool.allows_email and listed_user.has_email as email_is_implicit,
        coalesce(evidence.has_explicit, false) as has_explicit,
        coalesce(evidence.has_proven, false) as has_proven,
        fresh_lookup.sub is not null as is_looked_up,
        coalesce(evidence.allowed_switched_off, 0) as allowed_switched_off,
        coalesce(evidence.factors_switched_off, 0) as factors_switched_off,
        pool.allows_totp::integer + pool.allows_sms::integer + pool.allows_email::integer
            + pool.passkey_is_mfa::integer as factors_allowed
    from listed_user
    join pool using (aws_region, pool_id)
    left join evidence using (aws_region, pool_id, sub)
    left join fresh_lookup on listed_user.pool_id = fresh_lookup.pool_id and listed_user.sub = fresh_lookup.sub
    left join user_activity on listed_user.pool_id = user_activity.pool_id and listed_user.sub = user_activity.sub
),
named as (
    select
        *,
        case
            when has_explicit then 'explicit'
            when has_proven then 'proven'
            when sms_is_implicit or email_is_implicit then 'implicit'
            when is_looked_up then 'none'
            -- switched off one by one, until nothing was left on
            when factors_allowed > 0 and allowed_switched_off = factors_allowed then 'none'
            when factors_switched_off = 4 then 'none'
            else 'unknown'
        end as state
    from graded
),
final as (
    select
        aws_region, pool_id, sub, status, created_at, is_eligible, is_active, state,
        totp,
        sms or sms_is_implicit as sms,
        email or email_is_implicit as email,
        passkey,
        mfa_configuration <> 'OFF' and (totp or sms or sms_is_implicit or email or email_is_implicit or passkey) as is_capable,
        coalesce(first_on_at, created_at) as capable_since
    from named
)
select * from final
