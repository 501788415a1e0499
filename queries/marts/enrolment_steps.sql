-- purpose: steps of users on the way to an authenticator app
-- parameters: none
-- grain: one row per record and step
-- evidence: CloudTrail; outlives the raw rows
-- day: stepped_at
-- columns:
--   stepped_at: when
--   aws_region: where the call ran
--   pool_id: user pool
--   sub: the user
--   step: began, verified, refused, preferred or unreadable
--   passed_at: first accepted code of an app after it; null while none was seen
create or replace view public.enrolment_steps as
select stepped_at, aws_region, pool_id, sub, step, passed_at from main.enrolment_step
