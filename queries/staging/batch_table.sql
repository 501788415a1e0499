-- purpose: where a batch of decoded lines lands before it is stored
-- parameters: none
-- grain: one row per line read
-- columns: the line, its outcome, and the event's columns (empty for ignored and malformed lines)
create temp table batch (
    line_id varchar not null,
    delivered_at timestamp not null,
    outcome varchar not null,
    event_id varchar,
    event_time timestamp,
    account_id varchar,
    aws_region varchar,
    event_name varchar,
    vocabulary varchar,
    pool_id varchar,
    client_id varchar,
    sub varchar,
    challenge_name varchar,
    issued_challenge varchar,
    auth_flow varchar,
    step varchar,
    factor varchar,
    event_outcome varchar,
    reason varchar,
    error_code varchar,
    sign_in varchar,
    recovery_kind varchar,
    totp_switch boolean,
    sms_switch boolean,
    email_switch boolean,
    passkey_switch boolean,
    direction_unknown boolean
)
