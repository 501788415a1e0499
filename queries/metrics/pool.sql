-- purpose: pools of the last complete listings, with the age of their user list
-- parameters: none
-- grain: one row per Region and pool
-- columns: configuration; listed_users_at is null until a first sweep is complete
select
    pool.aws_region, pool.pool_id, pool.pool_name, pool.mfa_configuration, pool.tier, pool.source,
    listing.started_at as listed_users_at
from pool
left join listing using (source, aws_region, pool_id)
order by pool.aws_region, pool.pool_id
