-- purpose: what was known of the users of a batch is forgotten
-- parameters: none
delete from user_evidence
using new_evidence
where user_evidence.pool_id = new_evidence.pool_id and user_evidence.sub = new_evidence.sub
