-- purpose: lines of the batch that were never read before
-- parameters: $source, $stream, $log_group
-- grain: one row per line
-- columns: the line, its position in the batch and its outcome; event_id of lines that hold an event
create or replace temp table fresh_line as
with
-- a line may also come twice in one batch, after an expired page token
once as (
    select
        arg_min(position, (delivered_at, position)) as position, line_id,
        min(delivered_at) as delivered_at, any_value(outcome) as outcome, any_value(event_id) as event_id
    from batch
    group by line_id
),
-- lines of this group that the overlap makes us read again
seen as (
    select line_id from seen_line where source = $source and stream = $stream and log_group in ($log_group, '')
)
select once.* from once anti join seen on once.line_id = seen.line_id
