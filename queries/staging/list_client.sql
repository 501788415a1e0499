-- purpose: one app client of a listing
-- parameters: $client_id, $pool_id
insert into client_pool
select $client_id, $pool_id
where not exists (select 1 from client_pool where client_id = $client_id and pool_id = $pool_id)
