-- purpose: count the fresh lines by outcome; a line whose event or message is stored already is a duplicate
-- parameters: $source, $stream; lines: $stored, $unclassified, $duplicate, $ignored, $malformed
-- grain: one row per source, stream and outcome
merge into record_count
using (
    from (
        select
            unnest(['stored', 'unclassified', 'duplicate', 'ignored', 'malformed']) as outcome,
            unnest([$stored::bigint, $unclassified::bigint, $duplicate::bigint, $ignored::bigint, $malformed::bigint])
                as records
    )
    where records > 0
) as found
on record_count.source = $source and record_count.stream = $stream and record_count.outcome = found.outcome
when matched then update set records = record_count.records + found.records
when not matched then insert values ($source, $stream, found.outcome, found.records)
