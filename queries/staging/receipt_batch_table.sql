-- purpose: where a batch of carrier receipts lands before it is stored
-- parameters: none
-- grain: one row per line that holds a receipt
create or replace temp table receipt_batch (
    line_id uuid not null,
    message_id uuid not null,
    sent_at timestamp not null,
    aws_region varchar not null,
    service varchar not null,
    reported_at timestamp not null,
    is_final boolean not null,
    status varchar not null,
    reason varchar,
    country varchar,
    delay_ms bigint,
    price_micro_usd bigint,
    unknown_response varchar
)
