-- purpose: count the fresh lines by outcome; a line whose event or message is stored already is a duplicate
-- parameters: $source, $stream
-- grain: one row per source, stream and outcome
merge into record_count
using (
    with
    -- lines that brought something new
    bringing as (
        select arg_min(fresh_line.line_id, (fresh_line.delivered_at, fresh_line.line_id)) as line_id
        from fresh_line semi join new_event using (event_id)
        group by event_id
        union all
        select line_id::uuid from receipt_batch
        where (message_id::uuid, reported_at, status) in (select (message_id, reported_at, status) from fresh_receipt)
        qualify row_number() over (partition by message_id, reported_at, status order by line_id) = 1
        union all
        select line_id::uuid from notice_batch where not is_auth_event
        union all
        select line_id::uuid from notice_batch
        where auth_event_id::uuid in (select auth_event_id from fresh_auth_event)
        qualify row_number() over (partition by auth_event_id order by happened_at, line_id) = 1
    )
    select
        case
            when fresh_line.outcome in ('ignored', 'malformed') then fresh_line.outcome
            when bringing.line_id is null then 'duplicate'
            else fresh_line.outcome
        end as outcome,
        count(*) as records
    from fresh_line
    left join bringing on fresh_line.line_id = bringing.line_id
    group by all
) as found
on record_count.source = $source and record_count.stream = $stream and record_count.outcome = found.outcome
when matched then update set records = record_count.records + found.records
when not matched then insert values ($source, $stream, found.outcome, found.records)
