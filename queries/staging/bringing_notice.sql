-- purpose: lines of Cognito's own log that brought something new
-- parameters: none
-- grain: one row per line
-- columns: its position in the batch
create or replace temp table bringing as
select fresh_line.position
from notice_batch join fresh_line on notice_batch.line_id = fresh_line.line_id
where not notice_batch.is_auth_event
union all
select min(fresh_line.position)
from notice_batch
join fresh_line on notice_batch.line_id = fresh_line.line_id
semi join fresh_auth_event on notice_batch.auth_event_id = fresh_auth_event.auth_event_id
group by notice_batch.auth_event_id
