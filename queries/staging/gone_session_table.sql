-- purpose: challenge sessions that late records made something else
-- parameters: none
-- grain: one row per session as it was
create or replace temp table gone_session as select aws_region, pool_id, client_id, sub, ended_at from failed_session limit 0
