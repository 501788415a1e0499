-- purpose: capable and known users by day; days before the first snapshot are rolled back from
--   today through the recorded first signs of each user's factors, and marked
-- parameters: $from, $to: days, half open (reads state_count)
-- grain: one row per day, Region and pool
-- columns: head counts; those that only a snapshot knows are null on reconstructed days
with
day as (
    select unnest(range($from::timestamp, $to::timestamp, interval 1 day))::date as day
),
observed as (
    select
        day, aws_region, pool_id, eligible_users, known_users, capable_users, strong_users,
        explicit_users, proven_users, implicit_users, none_users, unknown_users
    from enrolment_day
    where day >= $from::date and day < $to::date
),
first_observed as (
    select aws_region, pool_id, min(day) as day from enrolment_day group by all
),
-- users by the day they appeared and the day they became capable, as today's list knows them
history as (
    select aws_region, pool_id, created_day, capable_day, state <> 'unknown' as is_known, sum(users) as users
    from state_count
    where is_eligible
    group by all
),
reconstructed as (
    select
        day.day, history.aws_region, history.pool_id,
        sum(users)::bigint as eligible_users,
        coalesce(sum(users) filter (where is_known), 0)::bigint as known_users,
        coalesce(sum(users) filter (where capable_day <= day.day), 0)::bigint as capable_users
    from day
    join history on history.created_day <= day.day
    left join first_observed using (aws_region, pool_id)
    where first_observed.day is null or day.day < first_observed.day
    group by all
),
final as (
    select *, false as is_reconstructed from observed
    union all by name
    select *, true as is_reconstructed from reconstructed
)
select
    day, aws_region, pool_id, eligible_users, known_users, capable_users, strong_users,
    explicit_users, proven_users, implicit_users, none_users, unknown_users, is_reconstructed
from final
order by aws_region, pool_id, day
