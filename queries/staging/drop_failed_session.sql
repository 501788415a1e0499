-- purpose: take out the failed sessions that late records made something else
-- parameters: none
delete from failed_session
using gone_session
where failed_session.ended_at = gone_session.ended_at and failed_session.sub = gone_session.sub
  and failed_session.aws_region = gone_session.aws_region and failed_session.pool_id = gone_session.pool_id
  and failed_session.client_id is not distinct from gone_session.client_id
