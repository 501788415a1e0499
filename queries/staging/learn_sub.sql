-- purpose: learn which pool a user belongs to from records whose pool is known
-- parameters: none
-- grain: one row per sub and pool not known before
insert into sub_pool
select distinct candidate.sub, candidate.pool_id
from candidate
anti join sub_pool on candidate.sub = sub_pool.sub and candidate.pool_id = sub_pool.pool_id
where candidate.sub is not null and candidate.pool_id is not null
