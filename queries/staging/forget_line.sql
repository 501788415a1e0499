-- purpose: forget the lines that will not be read again
-- parameters: $source, $stream, $log_group, $before: start of the next window
delete from seen_line
where source = $source and stream = $stream and log_group in ($log_group, '') and delivered_at < $before::timestamp
