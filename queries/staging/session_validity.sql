-- purpose: how long challenges of an app client may be answered
-- parameters: none
-- grain: one row per client that was described
-- columns: session_validity_s: AuthSessionValidity
select client_id, max(session_validity_s) as session_validity_s
from client
where session_validity_s is not null
group by client_id
