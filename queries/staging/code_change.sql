-- purpose: requests for SMS codes that appear, with the country of the user's number. It is null until a listing
--   that began after the request settles it
-- parameters: none
-- grain: one row per request as it is now
-- columns: those of told_code, country, is_new_user
create or replace temp table code_change as
select
    appeared.*,
    settled_country(
        appeared.sub is not null and appeared.pool_id <> 'unknown', listed_user.sub is not null, listed_user.country,
        pool_listing.started_at > appeared.requested_at
    ) as country,
    coalesce(listed_user.created_at > appeared.requested_at - interval 24 hours, false) as is_new_user
from (select * from told_code where change > 0) as appeared
left join (
    select pool.aws_region, pool.pool_id, listing.started_at
    from pool left join listing using (source, aws_region, pool_id)
) as pool_listing using (aws_region, pool_id)
left join (
    select aws_region, pool_id, sub, country, created_at
    from listed_user
    where sub in (select sub from told_code)
) as listed_user using (aws_region, pool_id, sub)
