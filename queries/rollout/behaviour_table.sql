-- purpose: where sign-ins of users are gathered, slice by slice
-- parameters: none
-- grain: one row per user with any
create or replace temp table rollout_behaviour (
    sub uuid,
    sign_ins uinteger,  -- completed through the API
    asked uinteger,     -- of them, those where no remembered device stood in for MFA
    client usmallint    -- app client of the newest
)
