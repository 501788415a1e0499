-- purpose: requests for SMS codes whose country is settled since they came
-- parameters: $listed_at: start of the oldest among the sources' last complete listings, null while there is
--   none: older requests to a pool that nobody lists have no country
-- grain: one row per request
-- columns: those of code_change
create or replace temp table code_change as
with
waiting as (
    select * from code_request where country is null
),
told as (
    select
        waiting.requested_at, waiting.aws_region, waiting.pool_id, waiting.sub, waiting.purpose, waiting.via,
        waiting.is_resend, waiting.is_converted, 1::bigint as change,
        settled_country(
            pool_listing.pool_id is not null or waiting.requested_at >= coalesce($listed_at::timestamp, '-infinity'),
            listed_user.sub is not null, listed_user.country, pool_listing.started_at > waiting.requested_at
        ) as country,
        coalesce(listed_user.created_at > waiting.requested_at - interval 24 hours, false) as is_new_user
    from waiting
    left join (
        select pool.aws_region, pool.pool_id, listing.started_at
        from pool left join listing using (source, aws_region, pool_id)
    ) as pool_listing
        on waiting.aws_region = pool_listing.aws_region and waiting.pool_id = pool_listing.pool_id
    left join (
        select aws_region, pool_id, sub, country, created_at from listed_user where sub in (select sub from waiting)
    ) as listed_user
        on waiting.aws_region = listed_user.aws_region and waiting.pool_id = listed_user.pool_id
       and waiting.sub = listed_user.sub
)
select * from told where country is not null
