-- purpose: in which pools the wanted users were listed or seen
-- parameters: none
-- grain: one row per user and pool
select sub, pool_id from listed_user semi join wanted_user using (sub)
union
select sub, pool_id from sub_pool semi join wanted_user using (sub)
