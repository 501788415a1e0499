-- purpose: passed e-mail challenges that appear or disappear
-- parameters: none
-- grain: one row per answer
create or replace temp table email_change as select *, 0::bigint as change from email_proof limit 0
