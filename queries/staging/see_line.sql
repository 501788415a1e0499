-- purpose: remember the fresh lines
-- parameters: $source, $stream
insert into seen_line select $source, $stream, line_id, delivered_at from fresh_line
