-- purpose: app clients with sign-ins in the stretch that is replayed
-- parameters: $from, $to: the stretch that is replayed, half open
-- grain: one row per app client, most sign-ins first
with
signed_in as (
    select rollout_sign_in.client, count(*) as sign_ins
    from occurrence
    join rollout_sign_in using (kind_id)
    where occurrence.event_time >= $from::timestamp and occurrence.event_time < $to::timestamp and rollout_sign_in.is_api
    group by rollout_sign_in.client
),
used as (
    select client, count(*) as users from rollout_user where client is not null group by client
)
select
    rollout_client.client_id, rollout_client.client_name, rollout_client.knows_mfa,
    coalesce(used.users, 0) as users, signed_in.sign_ins
from signed_in
join rollout_client using (client)
left join used using (client)
order by signed_in.sign_ins desc, rollout_client.client_id
