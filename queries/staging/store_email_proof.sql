-- purpose: put in the new e-mail proofs
-- parameters: none
insert into email_proof select pool_id, sub, proven_at from email_change where change > 0
