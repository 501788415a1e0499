-- purpose: the held events that can be stored now: their pool is known
-- parameters: none
-- grain: one row per event
-- columns: its user, its pool and how that is known
create or replace temp table settled as
with
-- subs that still need a pool
wanted as (
    select distinct sub from candidate where pool_id is null and sub is not null
),
-- where those subs were listed or seen; a sub of two pools says nothing
home as (
    select sub, any_value(pool_id) as pool_id
    from (
        select sub, pool_id from listed_user semi join wanted using (sub)
        union
        select sub, pool_id from sub_pool semi join wanted using (sub)
    )
    group by sub
    having count(*) = 1
)
select
    candidate.event_id, candidate.sub,
    coalesce(candidate.pool_id, home.pool_id) as pool_id,
    coalesce(candidate.pool_evidence, 'sub') as pool_evidence
from candidate
left join home on candidate.sub = home.sub
where candidate.pool_id is not null or home.pool_id is not null
