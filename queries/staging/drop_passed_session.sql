-- purpose: take out the passed sessions that late records made something else
-- parameters: none
delete from passed_session
using gone_session
where passed_session.ended_at = gone_session.ended_at and passed_session.sub = gone_session.sub
  and passed_session.aws_region = gone_session.aws_region and passed_session.pool_id = gone_session.pool_id
  and passed_session.client_id is not distinct from gone_session.client_id
