-- purpose: error messages and carrier responses that mfascope does not know, sanitised
-- parameters: none
-- grain: one row per origin, error code and message
-- evidence: the records themselves; numbers, addresses and ids are cut out
-- columns:
--   origin: challenge, recovery, sms or notice
--   error_code: errorCode; '' where none
--   message: the message, sanitised
--   events: how often
--   first_seen_at: first time
--   last_seen_at: last time
create or replace view public.other_messages as
select origin, error_code, message, events, first_seen_at, last_seen_at from main.other_message
