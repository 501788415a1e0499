-- purpose: how long challenges of an app client may be answered (AuthSessionValidity), from when on
-- parameters: none
-- grain: one row per client and change, in the order of time
select client_id, since, session_validity_s from validity_setting order by since
