-- purpose: how far the stream was read, and the newest line delivered so far, whatever it holds
-- parameters: $source, $stream, $read_through (null until a window is read to its end),
--   $is_caught_up (the window ends in the present)
-- grain: one row per source and stream
merge into watermark
using (select max(delivered_at) as data_through from fresh_line) as found
on watermark.source = $source and watermark.stream = $stream
when matched then update set
    data_through = greatest(watermark.data_through, found.data_through),
    read_through = greatest(watermark.read_through, $read_through::timestamp),
    is_caught_up = watermark.is_caught_up or $is_caught_up
when not matched then insert values ($source, $stream, $read_through::timestamp, found.data_through, $is_caught_up)
