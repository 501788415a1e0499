-- purpose: pools with a record, ever, that names the challenge it issued
-- parameters: none
-- grain: one row per AWS Region and pool
select distinct aws_region, pool_id
from counter
where series = 'issued' and shown > 0
order by all
