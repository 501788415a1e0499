-- purpose: enrolment of a pool's active users by day, as the day's last head count saw it
-- parameters: $aws_region, $pool_id
-- grain: one row per day on which active users were counted, in order
select day, active_capable_users as capable_users, active_known_users as known_users
from enrolment_day
where aws_region = $aws_region and pool_id = $pool_id
  and active_capable_users is not null and active_known_users is not null
order by day
