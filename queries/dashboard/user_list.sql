-- purpose: a part of the list
-- parameters: $after, $through: positions
-- grain: one row per user, in order
select
    sub::varchar as sub, username, status, is_enabled, is_eligible, is_active, state,
    has_totp, has_sms, has_email, has_passkey, has_other, can_totp, can_sms, can_email, can_passkey,
    preferred, is_capable, strength, is_conflict, created_at, last_sign_in_at, evidence_at, looked_up_at
from user_list
where position > $after and position <= $through
order by position
