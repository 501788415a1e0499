-- purpose: the users that were gathered, by kind
-- parameters: none
-- grain: one row per profile
-- columns: seen_users: of users, those with a sign-in in the stretch that is replayed
select
    profile, count(*) as users, count(*) filter (where sign_ins > 0) as seen_users,
    sum(sign_ins)::bigint as sign_ins
from rollout_user
group by profile
order by profile
