-- purpose: what is known of the users of a batch, before it is kept
-- parameters: none
-- grain: one row per pool and user
create or replace temp table new_evidence as
from user_evidence
limit 0
