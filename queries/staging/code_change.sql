-- purpose: what changes about the requests for SMS codes, with the country of the user's number. It is
--   null until a listing that began after the request settles it
-- parameters: $from, $to: oldest and newest settled event
-- grain: one row per request that appears (change > 0) or disappears (change < 0)
create or replace temp table code_change as
with
stored as (
    select distinct * from code_request
    where requested_at >= $from::timestamp - interval 26 hours and requested_at <= $to::timestamp + interval 26 hours
)
select
    changed.requested_at, changed.aws_region, changed.pool_id, changed.sub, changed.purpose, changed.via,
    changed.is_resend, changed.is_converted, changed.change,
    case when stored.pool_id is not null then stored.country else settled_country(
        changed.sub is not null and pool_listing.pool_id is not null, listed_user.sub is not null, listed_user.country,
        pool_listing.started_at > changed.requested_at
    ) end as country,
    case
        when stored.pool_id is not null then stored.is_new_user
        else coalesce(listed_user.created_at > changed.requested_at - interval 24 hours, false)
    end as is_new_user
from told_code as changed
left join stored
    on changed.requested_at = stored.requested_at and changed.aws_region = stored.aws_region
   and changed.pool_id = stored.pool_id and changed.sub is not distinct from stored.sub
   and changed.purpose = stored.purpose and changed.via = stored.via
   and changed.is_resend = stored.is_resend and changed.is_converted = stored.is_converted
left join (
    select pool.aws_region, pool.pool_id, listing.started_at
    from pool left join listing using (source, aws_region, pool_id)
) as pool_listing
    on changed.aws_region = pool_listing.aws_region and changed.pool_id = pool_listing.pool_id
left join (
    select aws_region, pool_id, sub, country, created_at
    from listed_user
    where sub in (select sub from told_code)
) as listed_user
    on changed.aws_region = listed_user.aws_region and changed.pool_id = listed_user.pool_id
   and changed.sub = listed_user.sub
