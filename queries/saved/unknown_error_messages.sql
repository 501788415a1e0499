-- title: Error messages that mfascope does not know
-- purpose: errors of AWS and carriers that no table knows, most frequent first: what they mean decides whether a
--   failure is one. Seen in the time shown; counted since the store began
-- parameters: $from, $to
-- grain: one row per origin, error code and message, 1000 at most
-- place: sources
-- columns:
--   origin: challenge, recovery, sms or notice
--   error_code: errorCode; '' where none
--   message: the message, without numbers, addresses and ids
--   events: how often since the store began
--   first_seen_at: first time (UTC)
--   last_seen_at: last time (UTC)
--   is_new: first seen in the time shown
select
    origin, error_code, message, events, first_seen_at, last_seen_at,
    first_seen_at >= $from::timestamp as is_new
from other_messages
where last_seen_at >= $from::timestamp and first_seen_at < $to::timestamp
order by events desc, origin, error_code, message
limit 1000
