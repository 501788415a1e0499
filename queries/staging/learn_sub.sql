-- purpose: learn which pool users belong to from records whose pool is known
-- parameters: none
-- grain: one row per sub and pool not known before
insert into sub_pool
select sub, pool_id
from (
    select sub, pool_id from settled_user
    union
    select sub, pool_id from candidate where sub is not null and pool_id is not null
)
anti join sub_pool using (sub, pool_id)
