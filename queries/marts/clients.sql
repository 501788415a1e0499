-- purpose: app clients of the listed pools
-- parameters: none
-- grain: one row per app client
-- evidence: ListUserPoolClients and DescribeUserPoolClient
-- columns:
--   client_id: app client
--   pool_id: its user pool
--   client_name: its name
--   session_validity_s: AuthSessionValidity, seconds: how long a challenge waits for its answer; null while not known
--   described_at: when it was described; null while it was only listed
create or replace view public.clients as
select client_id, pool_id, client_name, session_validity_s, described_at from main.client
