-- purpose: forget the lines that will not be read again
-- parameters: $source, $stream, $before: start of the next window
delete from seen_line where source = $source and stream = $stream and delivered_at < $before::timestamp
