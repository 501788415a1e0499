-- purpose: up to when sessions without a success are settled: what ended later may still become one
-- parameters: none
-- grain: one row
-- columns: settled_until: null before the first settlement
select nullif(max(settled_through), timestamp '1970-01-01') - interval 15 minutes as settled_until
from settlement
