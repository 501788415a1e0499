-- purpose: failed sessions that appear or disappear
-- parameters: none
-- grain: one row per session as it is or was
create or replace temp table session_change as select *, 0::bigint as change from failed_session limit 0
