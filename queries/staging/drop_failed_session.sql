-- purpose: take out the failed sessions that late records made something else
-- parameters: none
delete from failed_session
using session_change
where session_change.change < 0
  and failed_session.ended_at = session_change.ended_at and failed_session.sub = session_change.sub
  and failed_session.aws_region = session_change.aws_region and failed_session.pool_id = session_change.pool_id
  and failed_session.client_id is not distinct from session_change.client_id
