-- purpose: what the affected hours say about users' factors; the newest switch wins, in any order
--   of arrival
-- parameters: none
-- grain: one row per pool, user and factor
merge into factor_evidence
using (
    with
    proof as (
        select pool_id, sub, mfa_factor as factor, max(event_time) as proven_at, min(event_time) as first_on_at
        from classified
        where mfa_factor in ('totp', 'sms', 'email', 'passkey') and outcome = 'success' and sub is not null
        group by all
    ),
    switch as (
        select pool_id, sub, event_time, event_id,
               unnest(['totp', 'sms', 'email', 'passkey']) as factor,
               unnest([totp_switch, sms_switch, email_switch, passkey_switch]) as is_on
        from classified
        where outcome = 'success' and sub is not null
          and coalesce(totp_switch, sms_switch, email_switch, passkey_switch) is not null
    ),
    last_switch as (
        select pool_id, sub, factor,
               max(event_time) as switched_at,
               arg_max(is_on, (event_time, event_id)) as is_on,
               min(event_time) filter (where is_on) as first_on_at
        from switch
        where is_on is not null
        group by all
    )
    select
        pool_id, sub, factor,
        proof.proven_at, last_switch.switched_at, last_switch.is_on,
        least(proof.first_on_at, last_switch.first_on_at) as first_on_at
    from proof full join last_switch using (pool_id, sub, factor)
) as found
on factor_evidence.pool_id = found.pool_id and factor_evidence.sub = found.sub and factor_evidence.factor = found.factor
when matched then update set
    proven_at = greatest(factor_evidence.proven_at, found.proven_at),
    is_on = case
        when found.switched_at >= factor_evidence.switched_at or factor_evidence.switched_at is null then coalesce(found.is_on, factor_evidence.is_on)
        else factor_evidence.is_on
    end,
    switched_at = greatest(factor_evidence.switched_at, found.switched_at),
    first_on_at = least(factor_evidence.first_on_at, found.first_on_at)
when not matched then insert values (
    found.pool_id, found.sub, found.factor, found.proven_at, found.switched_at, found.is_on, found.first_on_at
)
