-- purpose: where codes that users answered are gathered, slice by slice
-- parameters: none
-- grain: one row per user with any
create or replace temp table rollout_answer (
    sub uuid,
    failed_sessions uinteger,   -- challenge sessions without a success
    failed_at timestamp,        -- end of the newest of them
    proven_at timestamp,        -- newest accepted code of any factor
    last_factor varchar,        -- that factor
    phone_answered_at timestamp -- newest accepted code that was sent to the phone
)
