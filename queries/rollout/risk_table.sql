-- purpose: users who may be locked out, with every reason
-- parameters: $as_of; $factors: those of the target, as bits; $poor_countries: where text messages surely fail too often,
--   alpha-2 separated by commas; $knows_half_a_year: 1 where records reach back 180 days, else 0
-- grain: one row per eligible user with a reason
-- columns: reasons: as bits: single_factor 1, no_recovery 2, temporary_password 4, unproven_phone 8, poor_delivery 16,
--   repeated_failures 32; collides: there is a way to recover today, and none is left the moment MFA comes
create or replace temp table rollout_risk as
with
-- by what each user would be let in
relied as (
    select
        rollout_user.*, rollout_outcome.outcome,
        case rollout_outcome.outcome
            when 'satisfied' then rollout_user.profile & $factors::usmallint & 15
            when 'automatic_sms' then 2
            when 'automatic_email' then 4
            else 0
        end as usable
    from rollout_user
    join rollout_outcome using (profile)
    where rollout_user.profile & 128 = 0
),
-- what MFA takes away of the ways to recover
taken as (
    select
        *,
        usable & 2 > 0 and (usable = 2 or coalesce(preferred = 'sms', false)) as phone_taken,
        usable & 4 > 0 and (usable = 4 or coalesce(preferred = 'email', false)) as email_taken
    from relied
),
reasoned as (
    select
        sub, outcome, sign_ins, client, country, usable, is_dead_end,
        (phone_recovers and not phone_taken) or (email_recovers and not email_taken) as recovers_then,
        bit_count(usable) = 1 as single_factor,
        is_temporary as temporary_password,
        usable = 2 and $knows_half_a_year = 1
            and coalesce(phone_answered_at < $as_of::timestamp - interval 180 days, true) as unproven_phone,
        usable = 2 and coalesce(list_contains(string_split($poor_countries, ','), country), false) as poor_delivery,
        failed_sessions >= 3 and coalesce(proven_at < failed_at, true) as repeated_failures
    from taken
),
final as (
    select
        sub, outcome, sign_ins, client, country, usable,
        (
            single_factor::integer + 2 * (not recovers_then)::integer + 4 * temporary_password::integer
            + 8 * unproven_phone::integer + 16 * poor_delivery::integer + 32 * repeated_failures::integer
        )::usmallint as reasons,
        not is_dead_end and not recovers_then as collides
    from reasoned
)
select sub, outcome, sign_ins, client, country, usable, reasons, collides
from final
where reasons > 0
