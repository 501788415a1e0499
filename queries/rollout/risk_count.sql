-- purpose: users by reason why they may be locked out
-- parameters: none
-- grain: one row per reason
-- columns: bit: the reason
select
    1::usmallint << place as bit,
    count(*) filter (where reasons & (1::usmallint << place) > 0) as users,
    count(*) filter (where reasons & (1::usmallint << place) > 0 and sign_ins > 0) as seen_users
from rollout_risk
cross join (select unnest(range(6))::usmallint as place)
group by place
order by place
