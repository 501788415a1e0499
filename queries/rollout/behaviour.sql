-- purpose: sign-ins of users of a slice in the stretch that is replayed
-- parameters: $from, $to: the stretch, half open; $first_sub, $last_sub: the slice
-- grain: one row per user with any
-- cost: one number tells the newest sign-in and its app client, which takes a third less than arg_max
insert into rollout_behaviour
select
    occurrence.sub,
    count(*)::uinteger as sign_ins,
    count_if(not rollout_sign_in.is_device)::uinteger as asked,
    (max(epoch_ms(occurrence.event_time) * 65536 + rollout_sign_in.client) % 65536)::usmallint as client
from occurrence
join rollout_sign_in using (kind_id)
where occurrence.event_time >= $from::timestamp and occurrence.event_time < $to::timestamp
  and occurrence.sub between $first_sub::uuid and $last_sub::uuid and rollout_sign_in.is_api
group by occurrence.sub
