-- purpose: what is known of the users of a batch, with what its events say. Only newest and oldest instants are kept, so
--   the order of arrival does not matter. E-mail proofs depend on their context and are kept by answer (email_proof)
-- parameters: none
-- grain: one row per pool and user
-- cost: a pass over everything known. The rows are written anew as a whole: DuckDB keeps a copy of two thousand values
--   in memory for every column that is updated in one of them, until the next checkpoint
insert into new_evidence by name
with
lived as (
    select
        pool_id, sub,
        max(last_seen_at) as last_seen_at,
        min(first_sign_in_at) as first_sign_in_at,
        max(last_sign_in_at) as last_sign_in_at,
        max(signed_up_at) as signed_up_at,
        max(last_billable_at) as last_billable_at,
        max(lookup_hint_at) as lookup_hint_at,
        max(direction_unknown_at) as direction_unknown_at
    from activity
    group by pool_id, sub
),
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
),
factor as (
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
        max(event_time) filter (where not passkey_preferred) as passkey_unpreferred_at
    from word
    group by pool_id, sub
)
select
    lived.pool_id, lived.sub,
    greatest(known.last_seen_at, lived.last_seen_at) as last_seen_at,
    least(known.first_sign_in_at, lived.first_sign_in_at) as first_sign_in_at,
    greatest(known.last_sign_in_at, lived.last_sign_in_at) as last_sign_in_at,
    greatest(known.signed_up_at, lived.signed_up_at) as signed_up_at,
    greatest(known.last_billable_at, lived.last_billable_at) as last_billable_at,
    greatest(known.lookup_hint_at, lived.lookup_hint_at) as lookup_hint_at,
    greatest(known.direction_unknown_at, lived.direction_unknown_at) as direction_unknown_at,
    known.looked_up_at, known.listed, known.listed_preferred, known.tells_passkeys,
    least(known.totp_first_seen_at, factor.totp_first_seen_at) as totp_first_seen_at,
    greatest(known.totp_proven_at, factor.totp_proven_at) as totp_proven_at,
    greatest(known.totp_on_at, factor.totp_on_at) as totp_on_at,
    greatest(known.totp_off_at, factor.totp_off_at) as totp_off_at,
    greatest(known.totp_preferred_at, factor.totp_preferred_at) as totp_preferred_at,
    greatest(known.totp_unpreferred_at, factor.totp_unpreferred_at) as totp_unpreferred_at,
    least(known.sms_first_seen_at, factor.sms_first_seen_at) as sms_first_seen_at,
    greatest(known.sms_proven_at, factor.sms_proven_at) as sms_proven_at,
    greatest(known.sms_on_at, factor.sms_on_at) as sms_on_at,
    greatest(known.sms_off_at, factor.sms_off_at) as sms_off_at,
    greatest(known.sms_preferred_at, factor.sms_preferred_at) as sms_preferred_at,
    greatest(known.sms_unpreferred_at, factor.sms_unpreferred_at) as sms_unpreferred_at,
    least(known.email_first_seen_at, factor.email_first_seen_at) as email_first_seen_at,
    greatest(known.email_on_at, factor.email_on_at) as email_on_at,
    greatest(known.email_off_at, factor.email_off_at) as email_off_at,
    greatest(known.email_preferred_at, factor.email_preferred_at) as email_preferred_at,
    greatest(known.email_unpreferred_at, factor.email_unpreferred_at) as email_unpreferred_at,
    least(known.passkey_first_seen_at, factor.passkey_first_seen_at) as passkey_first_seen_at,
    greatest(known.passkey_proven_at, factor.passkey_proven_at) as passkey_proven_at,
    greatest(known.passkey_on_at, factor.passkey_on_at) as passkey_on_at,
    greatest(known.passkey_off_at, factor.passkey_off_at) as passkey_off_at,
    greatest(known.passkey_preferred_at, factor.passkey_preferred_at) as passkey_preferred_at,
    greatest(known.passkey_unpreferred_at, factor.passkey_unpreferred_at) as passkey_unpreferred_at
from lived
-- whoever did something about a factor was seen
left join factor on lived.pool_id = factor.pool_id and lived.sub = factor.sub
left join user_evidence as known on lived.pool_id = known.pool_id and lived.sub = known.sub
