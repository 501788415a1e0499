-- purpose: where a batch of decoded lines lands: what tells whether a line is new, and whose its event is
-- parameters: none
-- grain: one row per line read
-- columns: the line, its outcome, and of lines with an event what its pool and client software are found by
create or replace temp table batch (
    position uinteger not null, -- within the batch
    line_id uuid not null,
    delivered_at timestamp not null,
    outcome varchar not null,
    event_id uuid,
    pool_id varchar,
    client_id varchar,
    sub uuid,
    agent varchar,
    completes_sign_in boolean
)
