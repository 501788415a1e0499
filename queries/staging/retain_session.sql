-- purpose: drop challenge sessions older than their retention
-- parameters: $before
delete from passed_session where ended_at < $before::timestamp
