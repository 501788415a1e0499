-- purpose: where a batch of Cognito's own log lines lands before it is stored
-- parameters: none
-- grain: one row per line
-- columns: details of a message that could not be sent; the others of a sign-in as Cognito tells it
create or replace temp table notice_batch (
    line_id uuid not null,
    is_auth_event boolean not null,
    happened_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    details varchar,
    auth_event_id uuid,
    client_id varchar,
    sub uuid,
    kind varchar,
    response varchar,
    mfa varchar
)
