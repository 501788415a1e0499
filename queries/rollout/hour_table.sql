-- purpose: completed sign-ins of a pool by hour and by what decides how they fare
-- parameters: $from, $to: the stretch that is replayed, half open
-- grain: one row per hour, profile and circumstance
-- columns: profile: of the user, through the app client of the sign-in; 0 where nobody is known.
--   circumstance: usual, device, newcomer, unlisted or unnamed
create or replace temp table rollout_hour as
with
signed_in as (
    select
        date_trunc('hour', occurrence.event_time) as hour,
        rollout_user.profile, rollout_sign_in.knows_mfa,
        case
            when occurrence.sub is null or not rollout_sign_in.is_api then 4
            when rollout_user.sub is null then 3
            when rollout_sign_in.is_device then 1
            when occurrence.event_time = rollout_user.newcomer_at then 2
            else 0
        end::utinyint as number
    from occurrence
    join rollout_sign_in using (kind_id)
    left join rollout_user using (sub)
    where occurrence.event_time >= $from::timestamp and occurrence.event_time < $to::timestamp
),
counted as (
    select hour, number, profile, knows_mfa, count(*) as sign_ins
    from signed_in
    group by hour, number, profile, knows_mfa
)
select
    hour, ['usual', 'device', 'newcomer', 'unlisted', 'unnamed'][number + 1] as circumstance,
    if(number >= 3, 0, (profile & ~256::usmallint) | (256 * knows_mfa::integer))::usmallint as profile,
    sum(sign_ins)::bigint as sign_ins
from counted
group by all
