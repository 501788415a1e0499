-- purpose: how far the log group was read, and the newest line delivered so far, whatever it holds
-- parameters: $source, $stream, $log_group, $read_through (null until a window is read to its end),
--   $is_caught_up (the window ends in the present)
-- grain: one row per source, stream and log group
merge into watermark
using (select max(delivered_at) as data_through from fresh_line) as found
on watermark.source = $source and watermark.stream = $stream and watermark.log_group in ($log_group, '')
when matched then update set
    log_group = $log_group,
    data_through = greatest(watermark.data_through, found.data_through),
    read_through = greatest(watermark.read_through, $read_through::timestamp),
    is_caught_up = watermark.is_caught_up or $is_caught_up
when not matched then insert (source, stream, log_group, read_through, data_through, is_caught_up)
values ($source, $stream, $log_group, $read_through::timestamp, found.data_through, $is_caught_up)
