-- purpose: codes that were asked for by text message, and whether they were answered
-- parameters: none
-- grain: one row per request
-- evidence: CloudTrail; the country is that of the user's listed number
-- day: requested_at
-- columns:
--   requested_at: when
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user; null where the record names none
--   purpose: what the code is for
--   via: api, or ui for hosted pages, which never show the right answer
--   is_resend: it was asked for again
--   is_answered: a right answer came in time
--   country: alpha-2; 'unknown' where the listing knows none, null until a listing that began after the request settles it
--   is_new_user: the user was made within 24 hours before; null while the country is
create or replace view public.sms_codes as
select
    requested_at, aws_region, pool_id, sub, purpose, via, is_resend, is_converted as is_answered, country, is_new_user
from main.code_request
