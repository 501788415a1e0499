-- purpose: lines of the batch that were never read before
-- parameters: $source, $stream
-- grain: one row per line
-- columns: those of the batch
create or replace temp table fresh_line as
with
-- lines of this stream that the overlap makes us read again
seen as (
    select line_id from seen_line where source = $source and stream = $stream
),
-- a line may also come twice in one batch, after an expired page token
numbered as (
    select *, row_number() over (partition by line_id) as occurrence from batch
),
final as (
    select * exclude (occurrence) replace (line_id::uuid as line_id)
    from numbered
    where occurrence = 1
)
select final.* from final anti join seen on final.line_id = seen.line_id
