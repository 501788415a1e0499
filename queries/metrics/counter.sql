-- purpose: the totals behind the counters
-- parameters: none
-- grain: one row per series
-- columns: labels ('' where the series has none), total
select series, aws_region, pool_id, factor, reason, kind, via, shown as total
from counter
order by all
