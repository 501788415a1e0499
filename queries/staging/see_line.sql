-- purpose: remember the fresh lines
-- parameters: $source, $stream, $log_group
insert into seen_line select $source, $stream, $log_group, line_id, delivered_at from fresh_line
