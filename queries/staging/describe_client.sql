-- purpose: what DescribeUserPoolClient tells about one app client
-- parameters: $client_id, $pool_id, $session_validity_s (null: not told), $described_at
update client
set session_validity_s = $session_validity_s::bigint, described_at = $described_at::timestamp
where client_id = $client_id and pool_id = $pool_id
