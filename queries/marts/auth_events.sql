-- purpose: sign-ins as Cognito's own log tells them
-- parameters: none
-- grain: one row per sign-in
-- evidence: Cognito's userAuthEvents log (Plus plan); empty without it
-- day: happened_at
-- columns:
--   auth_event_id: the sign-in
--   happened_at: when
--   aws_region: AWS Region of the pool
--   pool_id: user pool
--   client_id: app client
--   sub: the user; null where the log names none
--   kind: what kind of sign-in
--   response: how it ended
--   mfa: what became of the second factor; null where none was asked for
create or replace view public.auth_events as
select auth_event_id, happened_at, aws_region, pool_id, client_id, sub, kind, response, mfa from main.auth_event
