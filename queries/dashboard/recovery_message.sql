-- purpose: messages of refused recovery steps that no table knows, most frequent first
-- parameters: $since: seen since then; $most: rows wanted
-- grain: one row per error code and message
-- columns: events: of all time and every pool
select error_code, message, events, last_seen_at
from other_message
where origin = 'recovery' and last_seen_at >= $since::timestamp
order by events desc, error_code, message
limit $most
