-- purpose: sign-ins of Cognito's own log that are not stored yet
-- parameters: $oldest, $newest: of the batch
-- grain: one row per sign-in
-- columns: those of auth_event
create or replace temp table fresh_auth_event as
select
    auth_event_id, happened_at, aws_region, pool_id, client_id, sub,
    kind, response, mfa
from notice_batch
where is_auth_event and line_id in (select line_id from fresh_line)
  and auth_event_id not in (
      select auth_event_id from auth_event where happened_at between $oldest::timestamp and $newest::timestamp
  )
qualify row_number() over (partition by auth_event_id order by happened_at) = 1
