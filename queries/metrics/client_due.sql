-- purpose: app clients that were never described, or not lately, the longest waiting first
-- parameters: $before: a description as old as this is no longer good
-- grain: one row per client and pool; clients that were deleted are among them
-- columns: client_id, pool_id
select client_id, pool_id
from client
where described_at is null or described_at < $before::timestamp
order by described_at nulls first, pool_id, client_id
