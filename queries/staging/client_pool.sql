-- purpose: which pools app clients were seen with
-- parameters: none
-- grain: one row per client and pool
select client_id, pool_id from client_pool
