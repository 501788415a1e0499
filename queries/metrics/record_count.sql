-- purpose: lines read, by what became of them
-- parameters: none
-- grain: one row per source, stream and outcome
-- columns: records
select source, stream, outcome, records
from record_count
order by all
