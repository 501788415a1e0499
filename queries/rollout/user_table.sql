-- purpose: where the users of a pool who can sign in are gathered, slice by slice
-- parameters: none
-- grain: one row per user
create or replace temp table rollout_user (
    sub uuid,
    profile usmallint,          -- see rollout/user
    sign_ins uinteger,
    asked uinteger,
    client usmallint,
    country varchar,
    created_at timestamp,
    newcomer_at timestamp,      -- a first sign-in that the sign-up's code stood in for
    phone_recovers boolean,     -- the pool recovers by the phone, and it is verified
    email_recovers boolean,
    is_dead_end boolean,        -- nothing is left to recover by today
    is_absent boolean,          -- no sign-in for 30 days, and cannot pass MFA
    preferred varchar,
    is_temporary boolean        -- FORCE_CHANGE_PASSWORD
)
