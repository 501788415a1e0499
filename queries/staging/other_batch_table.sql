-- purpose: where messages nobody has told us about land before they are stored
-- parameters: none
-- grain: one row per line
create or replace temp table other_batch (
    origin varchar not null,
    error_code varchar not null,
    message varchar not null,
    happened_at timestamp not null
)
