-- purpose: lines of Cognito's own log that brought something new: any notice, and sign-ins that are not known
-- parameters: none
-- grain: one row per notice or sign-in
-- columns: position in the batch, of the first of several lines with one sign-in
select min(fresh_line.position) as position
from notice_batch
join fresh_line on notice_batch.line_id = fresh_line.line_id
left join fresh_auth_event on notice_batch.auth_event_id = fresh_auth_event.auth_event_id
where not notice_batch.is_auth_event or fresh_auth_event.auth_event_id is not null
group by case when notice_batch.is_auth_event then notice_batch.auth_event_id else notice_batch.line_id end
