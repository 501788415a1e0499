-- purpose: take out the requests whose country is settled now; they come back with it
-- parameters: none
delete from code_request
where country is null and (aws_region, pool_id, sub) in (select (aws_region, pool_id, sub) from code_change)
