-- purpose: one app client of a listing; what a listing does not tell stays
-- parameters: $client_id, $pool_id, $client_name, $session_validity_s (null: not told), $described_at (null: not
--   described in this round)
-- grain: one row per client and pool
merge into client
using (select 1) as one
on client.client_id = $client_id and client.pool_id = $pool_id
when matched and (client.client_name <> $client_name or $described_at is not null) then update set
    client_name = $client_name,
    session_validity_s = coalesce($session_validity_s::bigint, client.session_validity_s),
    described_at = coalesce($described_at::timestamp, client.described_at)
when not matched then insert
values ($client_id, $pool_id, $client_name, $session_validity_s::bigint, $described_at::timestamp)
