-- purpose: listed users with their MFA state now; no name, no address, no number
-- parameters: none
-- grain: one row per AWS Region, pool and user
-- evidence: the last complete listing, look-ups and what records show; evidence_at says how old the newest is
-- columns:
--   aws_region: AWS Region of the listing
--   pool_id: user pool
--   sub: the user's id within Cognito
--   status: UserStatus as Cognito names it
--   is_enabled: may sign in
--   is_eligible: counts in the denominator: local, enabled, CONFIRMED, RESET_REQUIRED or FORCE_CHANGE_PASSWORD
--   is_active: completed a sign-in through the API in the last 30 days
--   state: explicit, proven, implicit, none, unknown or federated
--   has_totp: evidence of an authenticator app stands
--   has_sms: evidence of text messages stands
--   has_email: evidence of e-mail codes stands
--   has_passkey: evidence of a passkey stands
--   can_totp: and the pool allows the factor now
--   can_sms: and the pool allows the factor now
--   can_email: and the pool allows the factor now
--   can_passkey: and the pool counts it as MFA now
--   is_capable: can pass MFA with at least one factor
--   strength: strong, sms_only, email_only or sms_and_email; null for who is not capable
--   preferred: the preferred factor; null where none is known
--   is_conflict: a proof stands that a later look-up does not list
--   is_direction_unknown: a later change of factors could not be read
--   country: country of the phone number, alpha-2; null without a number or where it does not tell
--   has_phone: a phone number is listed
--   has_email_address: an e-mail address is listed
--   phone_verified: the phone number is verified
--   email_verified: the e-mail address is verified
--   created_at: when the user was made
--   last_sign_in_at: newest completed sign-in through the API on record
--   looked_up_at: newest look-up
--   evidence_at: newest evidence about MFA
--   capable_since: oldest sign of a factor
create or replace view public.users as
select
    aws_region, pool_id, sub, status, is_enabled, is_eligible, is_active, state, has_totp, has_sms, has_email,
    has_passkey, can_totp, can_sms, can_email, can_passkey, is_capable, strength, preferred, is_conflict,
    is_direction_unknown, country, has_phone, has_email_address, phone_verified, email_verified, created_at,
    last_sign_in_at, looked_up_at, evidence_at, capable_since
from main.user_state(
    main.as_of(), '00000000-0000-0000-0000-000000000000'::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
)
