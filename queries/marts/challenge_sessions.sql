-- purpose: challenge sessions that are over: answers of one client and user in a row, at most 15 minutes apart
-- parameters: none
-- grain: one row per session that a determined answer ended
-- evidence: CloudTrail; failed sessions once the trail was read 15 minutes and the overlap beyond the last answer
-- day: ended_at
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client
--   sub: the user
--   started_at: first answer; null for failed ones stored before it was kept
--   ended_at: last answer
--   factor: factor of the last answer
--   is_failed: it ended without a success
--   reason: why the last answer was refused; null for those that succeeded
--   answers: determined answers
--   is_first_try: it succeeded with the first determined answer
create or replace view public.challenge_sessions as
select
    aws_region, pool_id, client_id, sub, started_at, ended_at, factor, false as is_failed, null::varchar as reason,
    answers, answers = 1 as is_first_try
from main.passed_session
union all
select
    aws_region, pool_id, client_id, sub, started_at, ended_at, factor, true as is_failed, reason, answers,
    false as is_first_try
from main.failed_session
