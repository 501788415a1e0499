-- purpose: the day's head counts of a pool, overwritten by each snapshot of the day
-- parameters: $day, $aws_region, $pool_id, $eligible_users, $known_users, $capable_users
-- grain: one row per day, Region and pool
merge into enrolment_day
using (select $day::date as day, $aws_region::varchar as aws_region, $pool_id::varchar as pool_id) as today
on enrolment_day.day = today.day and enrolment_day.aws_region = today.aws_region and enrolment_day.pool_id = today.pool_id
when matched then update set
    eligible_users = $eligible_users, known_users = $known_users, capable_users = $capable_users
when not matched then insert values (
    today.day, today.aws_region, today.pool_id, $eligible_users, $known_users, $capable_users
)
