-- purpose: what the fresh lines are
-- parameters: none
-- grain: one row
-- columns: lines by outcome
select
    count(*) filter (where outcome = 'stored') as stored,
    count(*) filter (where outcome = 'unclassified') as unclassified,
    count(*) filter (where outcome = 'ignored') as ignored,
    count(*) filter (where outcome = 'malformed') as malformed
from fresh_line
