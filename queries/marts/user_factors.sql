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
    select pool_id, sub, 'email' as factor, min(proven_at) as first_seen_at, max(proven_at) as proven_at
    from main.email_proof
    group by pool_id, sub
),
word as (
    select pool_id, sub, factor, first_seen_at, proven_at, on_at, off_at, preferred_at, unpreferred_at
    from main.factor_evidence
),
final as (
    select
        pool_id, sub, factor,
        least(word.first_seen_at, proof.first_seen_at) as first_seen_at,
        greatest(word.proven_at, proof.proven_at) as proven_at,
        word.on_at, word.off_at, word.preferred_at, word.unpreferred_at
    from word full join proof using (pool_id, sub, factor)
)
select * from final
