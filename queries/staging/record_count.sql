-- purpose: count the fresh lines by outcome; a line whose event is stored already is a duplicate
-- parameters: $source, $stream
-- grain: one row per source, stream and outcome
merge into record_count
using (
    select
        case
            when fresh_line.outcome in ('ignored', 'malformed') then fresh_line.outcome
            when kept.event_id is null then 'duplicate'
            else fresh_line.outcome
        end as outcome,
        count(*) as records
    from fresh_line
    left join (
        -- the one line of each new event that brought it
        select new_event.event_id, arg_min(fresh_line.line_id, (fresh_line.delivered_at, fresh_line.line_id)) as line_id
        from new_event
        join fresh_line on new_event.event_id = fresh_line.event_id::uuid
        group by all
    ) as kept on fresh_line.line_id = kept.line_id
    group by all
) as found
on record_count.source = $source and record_count.stream = $stream and record_count.outcome = found.outcome
when matched then update set records = record_count.records + found.records
when not matched then insert values ($source, $stream, found.outcome, found.records)
