-- purpose: what records say about single factors of users
-- parameters: none
-- grain: one row per pool, user and factor
-- evidence: newest and oldest instants over all records, in any order of arrival; look-ups are not in it
-- columns:
--   pool_id: user pool
--   sub: the user
--   factor: totp, sms, email or passkey
--   first_seen_at: oldest sign of the factor
--   proven_at: newest passed challenge
--   on_at: newest readable switch on
--   off_at: newest readable switch off or deletion
--   preferred_at: newest word that it is the preferred factor
--   unpreferred_at: newest word that it is not
create or replace view public.user_factors as
with
-- e-mail codes that were second factors are kept by answer
proof as (
    select pool_id, sub, min(proven_at) as first_proven_at, max(proven_at) as proven_at
    from main.email_proof
    group by pool_id, sub
),
-- the four factors one below the other
word as (
    select
        pool_id, sub,
        unnest(['totp', 'sms', 'email', 'passkey']) as factor,
        unnest([
            totp_first_seen_at, sms_first_seen_at, least(email_first_seen_at, proof.first_proven_at), passkey_first_seen_at
        ]) as first_seen_at,
        unnest([totp_proven_at, sms_proven_at, proof.proven_at, passkey_proven_at]) as proven_at,
        unnest([totp_on_at, sms_on_at, email_on_at, passkey_on_at]) as on_at,
        unnest([totp_off_at, sms_off_at, email_off_at, passkey_off_at]) as off_at,
        unnest([totp_preferred_at, sms_preferred_at, email_preferred_at, passkey_preferred_at]) as preferred_at,
        unnest([totp_unpreferred_at, sms_unpreferred_at, email_unpreferred_at, passkey_unpreferred_at]) as unpreferred_at
    from main.user_evidence
    left join proof using (pool_id, sub)
),
final as (
    select pool_id, sub, factor, first_seen_at, proven_at, on_at, off_at, preferred_at, unpreferred_at
    from word
    where coalesce(first_seen_at, proven_at, on_at, off_at, preferred_at, unpreferred_at) is not null
)
select * from final
