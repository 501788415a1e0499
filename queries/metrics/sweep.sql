-- purpose: when the last complete sweep of each listed pool began; pools that only files tell of are not waited for
-- parameters: $source (null: every source)
-- grain: one row per listed pool
-- columns: started_at (null before the first)
select listing.started_at
from pool
left join listing using (source, aws_region, pool_id)
where ($source::varchar is null or pool.source = $source)
  and (pool.aws_region, pool.pool_id) not in (select (aws_region, pool_id) from told_pool)
