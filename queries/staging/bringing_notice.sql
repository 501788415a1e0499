-- purpose: lines of Cognito's own log that brought something new: any notice, and sign-ins that are not known
-- parameters: none
-- grain: one row
select
    count(*) filter (where not notice_batch.is_auth_event)
    + count(distinct fresh_auth_event.auth_event_id) as lines
from notice_batch
semi join fresh_line on notice_batch.line_id = fresh_line.line_id
left join fresh_auth_event on notice_batch.auth_event_id = fresh_auth_event.auth_event_id
