-- purpose: head counts of MFA enrolment, one day after the other
-- parameters: none
-- grain: one row per day, AWS Region and pool; the day's last picture, today's is provisional
-- evidence: the states of all listed users at that instant
-- day: day
-- columns:
--   day: the day (UTC)
--   aws_region: AWS Region
--   pool_id: user pool
--   eligible_users: the denominator
--   known_users: eligible and not of unknown state
--   capable_users: of them, who can pass MFA
--   active_users: eligible, with a completed sign-in through the API in 30 days
--   active_known_users: active and known
--   active_capable_users: active and capable
--   explicit_users: state explicit
--   proven_users: state proven
--   implicit_users: state implicit
--   none_users: state none
--   unknown_users: state unknown
--   totp_users: capable with an authenticator app
--   sms_users: capable with text messages
--   email_users: capable with e-mail codes
--   passkey_users: capable with a passkey
--   strong_users: capable with an app or a passkey
--   sms_only_users: capable with text messages alone
--   email_only_users: capable with e-mail codes alone
--   sms_and_email_users: capable with these two alone
create or replace view public.enrolment_by_day as
select
    day, aws_region, pool_id, eligible_users, known_users, capable_users, active_users, active_known_users,
    active_capable_users, explicit_users, proven_users, implicit_users, none_users, unknown_users, totp_users, sms_users,
    email_users, passkey_users, strong_users, sms_only_users, email_only_users, sms_and_email_users
from main.enrolment_day
