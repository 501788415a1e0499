-- purpose: the events that can be stored now: their pool is known
-- parameters: none
-- grain: one row per event
-- columns: those of event
create or replace temp table touched as
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
),
settled as (
    select
        candidate.event_id,
        coalesce(candidate.pool_id, home.pool_id) as pool_id,
        coalesce(candidate.pool_evidence, 'sub') as pool_evidence
    from candidate
    left join home on candidate.sub = home.sub
    where candidate.pool_id is not null or home.pool_id is not null
),
waiting as (
    select * from new_event
    union all by name
    select * from held_event
)
select
    waiting.* replace (
        settled.pool_id as pool_id,
        case when waiting.agent in (select agent from known_agent) then waiting.agent else 'other' end as agent
    ),
    settled.pool_evidence
from waiting
join settled on waiting.event_id = settled.event_id
