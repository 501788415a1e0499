-- purpose: count the fresh lines by outcome; a line whose event or message is stored already is a duplicate
-- parameters: $source, $stream
-- grain: one row per source, stream and outcome
merge into record_count
using (
    with
    -- lines that brought something new
    bringing as (
        select position from new_event
        union all
        select fresh_line.position
        from receipt_batch
        join fresh_line on receipt_batch.line_id = fresh_line.line_id
        semi join fresh_receipt
            on receipt_batch.message_id = fresh_receipt.message_id
           and receipt_batch.reported_at = fresh_receipt.reported_at and receipt_batch.status = fresh_receipt.status
        qualify row_number() over (
            partition by receipt_batch.message_id, receipt_batch.reported_at, receipt_batch.status
            order by fresh_line.position
        ) = 1
        union all
        select fresh_line.position
        from notice_batch join fresh_line on notice_batch.line_id = fresh_line.line_id
        where not notice_batch.is_auth_event
        union all
        select min(fresh_line.position)
        from notice_batch
        join fresh_line on notice_batch.line_id = fresh_line.line_id
        semi join fresh_auth_event on notice_batch.auth_event_id = fresh_auth_event.auth_event_id
        group by notice_batch.auth_event_id
    )
    select
        case
            when fresh_line.outcome in ('ignored', 'malformed') then fresh_line.outcome
            when bringing.position is null then 'duplicate'
            else fresh_line.outcome
        end as outcome,
        count(*) as records
    from fresh_line
    left join bringing on fresh_line.position = bringing.position
    group by all
) as found
on record_count.source = $source and record_count.stream = $stream and record_count.outcome = found.outcome
when matched then update set records = record_count.records + found.records
when not matched then insert values ($source, $stream, found.outcome, found.records)
