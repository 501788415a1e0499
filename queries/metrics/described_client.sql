-- purpose: app clients that were described, and when
-- parameters: none
-- grain: one row per client and pool; clients that were deleted are among them
-- columns: client_id, pool_id, described_at
select client_id, pool_id, described_at
from client
where described_at is not null
