-- purpose: users of the same kind in a slice, counted once for every figure about them
-- parameters: $as_of, $trend_from: days before it are one; $first_sub, $last_sub: the slice
-- grain: one row per Region, pool and kind of user
-- columns: the kind, the days they appeared and became capable, users
insert into state_count
select
    aws_region, pool_id, status, is_eligible, is_active, state, strength,
    can_totp, can_sms, can_email, can_passkey, has_other, is_capable, is_conflict, is_direction_unknown, preferred,
    greatest(coalesce(created_at, timestamp '1970-01-01')::date, $trend_from::date) as created_day,
    case
        when is_capable then greatest(
            coalesce(capable_since, timestamp '1970-01-01'), coalesce(created_at, timestamp '1970-01-01'), $trend_from::timestamp
        )::date
    end as capable_day,
    count(*) as users
from user_state($as_of::timestamp, $first_sub::uuid, $last_sub::uuid)
group by all
