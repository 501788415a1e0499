-- purpose: what is known of the users of a batch is kept
-- parameters: none
-- grain: one row per pool and user
insert into user_evidence by name
from new_evidence
