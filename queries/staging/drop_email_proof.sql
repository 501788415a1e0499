-- purpose: take out the e-mail proofs that a late record made first factors
-- parameters: none
delete from email_proof
where (pool_id, sub, proven_at) in (select (pool_id, sub, proven_at) from email_change where change < 0)
