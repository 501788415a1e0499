-- purpose: messages that Cognito itself says it could not send
-- parameters: none
-- grain: one row per notice
-- evidence: Cognito's userNotification log
-- day: noticed_at
-- columns:
--   notice_id: the notice
--   noticed_at: when
--   aws_region: AWS Region of the pool
--   pool_id: user pool
--   details: what Cognito says, sanitised
create or replace view public.sms_notices as
select notice_id, noticed_at, aws_region, pool_id, details from main.delivery_notice
