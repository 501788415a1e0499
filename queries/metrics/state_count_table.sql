-- purpose: where the users of all slices are counted
-- parameters: none
-- grain: one row per slice, Region, pool and kind of user
create or replace temp table state_count (
    aws_region varchar,
    pool_id varchar,
    status varchar,
    is_eligible boolean,
    is_active boolean,
    state varchar,
    strength varchar,
    can_totp boolean,
    can_sms boolean,
    can_email boolean,
    can_passkey boolean,
    has_other boolean,
    is_capable boolean,
    is_conflict boolean,
    is_direction_unknown boolean,
    preferred varchar,
    created_day date,   -- not before the trend
    capable_day date,   -- not before the trend; null when not capable
    users bigint
)
