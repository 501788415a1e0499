-- purpose: count the fresh lines by outcome; a line whose event or message is stored already is a duplicate
-- parameters: $source, $stream
-- grain: one row per source, stream and outcome
merge into record_count
using (
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
