-- purpose: how the users of each group fare
-- parameters: $group: client, country, last_factor, account_age or cohort
-- grain: one row per group and outcome
-- columns: name: an app client's id, alpha-2, a factor or an age; empty where it is not known; member or other of a
--   cohort. seen_users: those with a sign-in in the stretch that is replayed
select
    case $group
        when 'client' then coalesce(rollout_client.client_id, '')
        when 'country' then coalesce(rollout_user.country, '')
        when 'last_factor' then coalesce(rollout_answer.last_factor, '')
        when 'account_age' then case
            when rollout_user.created_at is null then ''
            when rollout_user.created_at >= $as_of::timestamp - interval 30 days then '0-30 days'
            when rollout_user.created_at >= $as_of::timestamp - interval 180 days then '30-180 days'
            when rollout_user.created_at >= $as_of::timestamp - interval 365 days then '180-365 days'
            else 'over 365 days'
        end
        else if(rollout_member.sub is null, 'other', 'member')
    end as name,
    rollout_outcome.outcome, count(*) as users,
    count(*) filter (where rollout_user.sign_ins > 0) as seen_users
from rollout_user
join rollout_outcome using (profile)
left join rollout_client using (client)
left join rollout_answer on rollout_answer.sub = rollout_user.sub
left join rollout_member on rollout_member.sub = rollout_user.sub
group by all
order by name, outcome
