-- purpose: what the touched events say about users' factors. Only newest and oldest instants are
--   kept, so the order of arrival does not matter. E-mail proofs depend on their context and are
--   kept by hour (email_proof)
-- parameters: none
-- grain: one row per pool, user and factor
merge into factor_evidence
using (
    with
    proof as (
        select pool_id, sub, factor, min(event_time) as first_seen_at, max(event_time) as proven_at
        from touched
        where step in ('mfa_answer', 'passkey_answer') and factor in ('totp', 'sms', 'passkey')
          and outcome = 'success' and sub is not null
        group by all
    ),
    setting as (
        select pool_id, sub, event_time,
               unnest(['totp', 'sms', 'email', 'passkey']) as factor,
               unnest([totp_switch, sms_switch, email_switch, passkey_switch]) as is_on,
               unnest([totp_preferred, sms_preferred, email_preferred, passkey_preferred]) as is_preferred
        from touched
        where outcome = 'success' and sub is not null
          and coalesce(
              totp_switch, sms_switch, email_switch, passkey_switch,
              totp_preferred, sms_preferred, email_preferred, passkey_preferred
          ) is not null
    ),
    word as (
        select pool_id, sub, factor,
               min(event_time) filter (where is_on) as first_seen_at,
               max(event_time) filter (where is_on) as on_at,
               max(event_time) filter (where not is_on) as off_at,
               max(event_time) filter (where is_preferred) as preferred_at,
               max(event_time) filter (where not is_preferred) as unpreferred_at
        from setting
        where is_on is not null or is_preferred is not null
        group by all
    )
    select
        pool_id, sub, factor,
        least(proof.first_seen_at, word.first_seen_at) as first_seen_at,
        proof.proven_at, word.on_at, word.off_at, word.preferred_at, word.unpreferred_at
    from proof full join word using (pool_id, sub, factor)
) as found
on factor_evidence.pool_id = found.pool_id and factor_evidence.sub = found.sub and factor_evidence.factor = found.factor
-- mostly a factor was only proven again, and a column that is set is written even where it stays what it was
when matched and found.first_seen_at >= factor_evidence.first_seen_at
  and found.on_at is null and found.off_at is null and found.preferred_at is null and found.unpreferred_at is null
then update set
    proven_at = greatest(factor_evidence.proven_at, found.proven_at)
when matched then update set
    first_seen_at = least(factor_evidence.first_seen_at, found.first_seen_at),
    proven_at = greatest(factor_evidence.proven_at, found.proven_at),
    on_at = greatest(factor_evidence.on_at, found.on_at),
    off_at = greatest(factor_evidence.off_at, found.off_at),
    preferred_at = greatest(factor_evidence.preferred_at, found.preferred_at),
    unpreferred_at = greatest(factor_evidence.unpreferred_at, found.unpreferred_at)
when not matched then insert values (
    found.pool_id, found.sub, found.factor, found.first_seen_at,
    found.proven_at, found.on_at, found.off_at, found.preferred_at, found.unpreferred_at
)
