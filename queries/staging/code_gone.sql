-- purpose: requests for SMS codes that are no longer as they were, with the country they were counted by
-- parameters: $from, $to: oldest and newest settled event
-- grain: one row per request as it was
insert into code_change
with
gone as (
    select * from told_code where change < 0
),
stored as (
    select distinct * from code_request
    where requested_at >= $from::timestamp - interval 26 hours and requested_at <= $to::timestamp + interval 26 hours
      and requested_at in (select requested_at from gone)
)
select gone.*, stored.country, stored.is_new_user
from gone
join stored
    on gone.requested_at = stored.requested_at and gone.aws_region = stored.aws_region
   and gone.pool_id = stored.pool_id and gone.sub is not distinct from stored.sub
   and gone.purpose = stored.purpose and gone.via = stored.via
   and gone.is_resend = stored.is_resend and gone.is_converted = stored.is_converted
