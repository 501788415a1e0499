-- purpose: messages that nobody has told us about, most frequent first
-- parameters: $from, $to: half open; when they were last seen
-- grain: one row per origin, error code and message, of every pool
-- columns: events: since the store began; first_seen_at, last_seen_at
select origin, error_code, message, events, first_seen_at, last_seen_at
from other_message
where last_seen_at >= $from::timestamp and first_seen_at < $to::timestamp
order by events desc, origin, error_code, message
