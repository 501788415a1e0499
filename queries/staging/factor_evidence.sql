-- purpose: what the touched events say about users' factors. Only newest and oldest instants are
--   kept, so the order of arrival does not matter. E-mail proofs depend on their context and are
--   kept by answer (email_proof)
-- parameters: none
-- grain: one row per pool and user
merge into user_evidence
using (
    with
    -- a code or a passkey that was accepted, or what a call switched or preferred
    word as (
        select
            pool_id, sub, event_time,
            coalesce(step in ('mfa_answer', 'passkey_answer'), false) and factor = 'totp' as totp_passed,
            coalesce(step in ('mfa_answer', 'passkey_answer'), false) and factor = 'sms' as sms_passed,
            coalesce(step in ('mfa_answer', 'passkey_answer'), false) and factor = 'passkey' as passkey_passed,
            totp_switch, sms_switch, email_switch, passkey_switch,
            totp_preferred, sms_preferred, email_preferred, passkey_preferred
        from touched
        where outcome = 'success' and sub is not null
          and (
              totp_passed or sms_passed or passkey_passed
              or coalesce(
                  totp_switch, sms_switch, email_switch, passkey_switch,
                  totp_preferred, sms_preferred, email_preferred, passkey_preferred
              ) is not null
          )
    )
    select
        pool_id, sub,
        min(event_time) filter (where totp_switch or totp_passed) as totp_first_seen_at,
        max(event_time) filter (where totp_passed) as totp_proven_at,
        max(event_time) filter (where totp_switch) as totp_on_at,
        max(event_time) filter (where not totp_switch) as totp_off_at,
        max(event_time) filter (where totp_preferred) as totp_preferred_at,
        max(event_time) filter (where not totp_preferred) as totp_unpreferred_at,
        min(event_time) filter (where sms_switch or sms_passed) as sms_first_seen_at,
        max(event_time) filter (where sms_passed) as sms_proven_at,
        max(event_time) filter (where sms_switch) as sms_on_at,
        max(event_time) filter (where not sms_switch) as sms_off_at,
        max(event_time) filter (where sms_preferred) as sms_preferred_at,
        max(event_time) filter (where not sms_preferred) as sms_unpreferred_at,
        min(event_time) filter (where email_switch) as email_first_seen_at,
        max(event_time) filter (where email_switch) as email_on_at,
        max(event_time) filter (where not email_switch) as email_off_at,
        max(event_time) filter (where email_preferred) as email_preferred_at,
        max(event_time) filter (where not email_preferred) as email_unpreferred_at,
        min(event_time) filter (where passkey_switch or passkey_passed) as passkey_first_seen_at,
        max(event_time) filter (where passkey_passed) as passkey_proven_at,
        max(event_time) filter (where passkey_switch) as passkey_on_at,
        max(event_time) filter (where not passkey_switch) as passkey_off_at,
        max(event_time) filter (where passkey_preferred) as passkey_preferred_at,
        max(event_time) filter (where not passkey_preferred) as passkey_unpreferred_at,
        -- the one factor that was proven, where that is all that was said
        case
            when count(coalesce(
                totp_switch, sms_switch, email_switch, passkey_switch,
                totp_preferred, sms_preferred, email_preferred, passkey_preferred
            )) > 0 then null
            when not bool_or(coalesce(sms_passed or passkey_passed, false)) then 'totp'
            when not bool_or(coalesce(totp_passed or passkey_passed, false)) then 'sms'
            when not bool_or(coalesce(totp_passed or sms_passed, false)) then 'passkey'
        end as only_proven
    from word
    group by pool_id, sub
) as found
on user_evidence.pool_id = found.pool_id and user_evidence.sub = found.sub
-- mostly a factor was only proven again, and a column that is set is written even where it stays what it was
when matched and found.only_proven = 'totp' and found.totp_first_seen_at >= user_evidence.totp_first_seen_at then update set
    totp_proven_at = greatest(user_evidence.totp_proven_at, found.totp_proven_at)
when matched and found.only_proven = 'sms' and found.sms_first_seen_at >= user_evidence.sms_first_seen_at then update set
    sms_proven_at = greatest(user_evidence.sms_proven_at, found.sms_proven_at)
when matched and found.only_proven = 'passkey' and found.passkey_first_seen_at >= user_evidence.passkey_first_seen_at then update set
    passkey_proven_at = greatest(user_evidence.passkey_proven_at, found.passkey_proven_at)
when matched and found.only_proven = 'totp' then update set
    totp_first_seen_at = least(user_evidence.totp_first_seen_at, found.totp_first_seen_at),
    totp_proven_at = greatest(user_evidence.totp_proven_at, found.totp_proven_at)
when matched and found.only_proven = 'sms' then update set
    sms_first_seen_at = least(user_evidence.sms_first_seen_at, found.sms_first_seen_at),
    sms_proven_at = greatest(user_evidence.sms_proven_at, found.sms_proven_at)
when matched and found.only_proven = 'passkey' then update set
    passkey_first_seen_at = least(user_evidence.passkey_first_seen_at, found.passkey_first_seen_at),
    passkey_proven_at = greatest(user_evidence.passkey_proven_at, found.passkey_proven_at)
when matched then update set
    totp_first_seen_at = least(user_evidence.totp_first_seen_at, found.totp_first_seen_at),
    totp_proven_at = greatest(user_evidence.totp_proven_at, found.totp_proven_at),
    totp_on_at = greatest(user_evidence.totp_on_at, found.totp_on_at),
    totp_off_at = greatest(user_evidence.totp_off_at, found.totp_off_at),
    totp_preferred_at = greatest(user_evidence.totp_preferred_at, found.totp_preferred_at),
    totp_unpreferred_at = greatest(user_evidence.totp_unpreferred_at, found.totp_unpreferred_at),
    sms_first_seen_at = least(user_evidence.sms_first_seen_at, found.sms_first_seen_at),
    sms_proven_at = greatest(user_evidence.sms_proven_at, found.sms_proven_at),
    sms_on_at = greatest(user_evidence.sms_on_at, found.sms_on_at),
    sms_off_at = greatest(user_evidence.sms_off_at, found.sms_off_at),
    sms_preferred_at = greatest(user_evidence.sms_preferred_at, found.sms_preferred_at),
    sms_unpreferred_at = greatest(user_evidence.sms_unpreferred_at, found.sms_unpreferred_at),
    email_first_seen_at = least(user_evidence.email_first_seen_at, found.email_first_seen_at),
    email_on_at = greatest(user_evidence.email_on_at, found.email_on_at),
    email_off_at = greatest(user_evidence.email_off_at, found.email_off_at),
    email_preferred_at = greatest(user_evidence.email_preferred_at, found.email_preferred_at),
    email_unpreferred_at = greatest(user_evidence.email_unpreferred_at, found.email_unpreferred_at),
    passkey_first_seen_at = least(user_evidence.passkey_first_seen_at, found.passkey_first_seen_at),
    passkey_proven_at = greatest(user_evidence.passkey_proven_at, found.passkey_proven_at),
    passkey_on_at = greatest(user_evidence.passkey_on_at, found.passkey_on_at),
    passkey_off_at = greatest(user_evidence.passkey_off_at, found.passkey_off_at),
    passkey_preferred_at = greatest(user_evidence.passkey_preferred_at, found.passkey_preferred_at),
    passkey_unpreferred_at = greatest(user_evidence.passkey_unpreferred_at, found.passkey_unpreferred_at)
when not matched then insert (
    pool_id, sub, totp_first_seen_at, totp_proven_at, totp_on_at, totp_off_at, totp_preferred_at, totp_unpreferred_at,
    sms_first_seen_at, sms_proven_at, sms_on_at, sms_off_at, sms_preferred_at, sms_unpreferred_at,
    email_first_seen_at, email_on_at, email_off_at, email_preferred_at, email_unpreferred_at, passkey_first_seen_at,
    passkey_proven_at, passkey_on_at, passkey_off_at, passkey_preferred_at, passkey_unpreferred_at
) values (
    found.pool_id, found.sub, found.totp_first_seen_at, found.totp_proven_at, found.totp_on_at, found.totp_off_at,
    found.totp_preferred_at, found.totp_unpreferred_at, found.sms_first_seen_at, found.sms_proven_at, found.sms_on_at,
    found.sms_off_at, found.sms_preferred_at, found.sms_unpreferred_at, found.email_first_seen_at, found.email_on_at,
    found.email_off_at, found.email_preferred_at, found.email_unpreferred_at, found.passkey_first_seen_at,
    found.passkey_proven_at, found.passkey_on_at, found.passkey_off_at, found.passkey_preferred_at,
    found.passkey_unpreferred_at
)
