-- purpose: what the log should say about the fresh lines
-- parameters: none
-- grain: one row
-- columns: lines; of them malformed, unclassified
select
    count(*) as lines,
    count(*) filter (where outcome = 'malformed') as malformed,
    count(*) filter (where outcome = 'unclassified') as unclassified
from fresh_line
