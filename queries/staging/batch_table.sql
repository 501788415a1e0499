-- purpose: where a batch of decoded lines lands: what tells whether a line is new
-- parameters: none
-- grain: one row per line read
-- columns: the line, its outcome, and of lines with an event its eventID
create or replace temp table batch (
    position uinteger not null, -- within the batch
    line_id uuid not null,
    delivered_at timestamp not null,
    outcome varchar not null,
    event_id uuid
)
