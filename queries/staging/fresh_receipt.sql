-- purpose: words of carriers in the fresh lines that are not known yet
-- parameters: $oldest, $newest: when the messages of the batch were sent
-- grain: one row per message and report; of SNS one per message
create or replace temp table fresh_receipt as
with
once as (
    select
        message_id, sent_at, aws_region, service, reported_at, is_final, status, reason,
        coalesce(country, 'unknown') as country, delay_ms::integer as delay_ms, price_micro_usd
    from receipt_batch
    where line_id in (select line_id from fresh_line)
    -- the same SNS line written twice has two delivery times
    qualify row_number() over (
        partition by message_id, case when service = 'sns' then null else reported_at end,
                     case when service = 'sns' then null else status end
        order by reported_at, status, reason
    ) = 1
)
select once.*
from once
left join (
    select message_id, reported_at, status from sms_message where sent_at between $oldest::timestamp and $newest::timestamp
    union all
    select message_id, reported_at, status from superseded_report
    where sent_at between $oldest::timestamp and $newest::timestamp
) as known
    on once.message_id = known.message_id
   and (once.service = 'sns' or (once.reported_at = known.reported_at and once.status = known.status))
where known.message_id is null
