-- title: Enrolment week by week
-- purpose: the trend of enrolment, by the last head count of each week. The week that is not over shows its newest
--   day
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per week (Monday), AWS Region and pool with a head count
-- place: overview
-- columns:
--   week: first day of the week (UTC)
--   aws_region: AWS Region
--   pool_id: user pool
--   counted_on: day of the head count (UTC)
--   eligible_users: the headline denominator
--   known_users: eligible, with evidence about MFA
--   capable_users: eligible, can pass MFA
--   enrolment_ratio: capable of known users
--   coverage_ratio: known of eligible users
--   strong_users: capable with an authenticator app or a passkey; null for days before it was counted
--   sms_only_users: capable with text messages alone; null for days before it was counted
--   capable_change_users: capable users more than in the row before; null in the first
--   enrolment_change: enrolment_ratio less that of the row before, -1 to 1; null in the first
with
-- the last head count of each week
counted as (
    select
        date_trunc('week', day)::date as week, aws_region, pool_id, day, eligible_users, known_users, capable_users,
        strong_users, sms_only_users,
        capable_users / nullif(known_users, 0) as enrolment_ratio
    from enrolment_by_day
    where day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    qualify row_number() over (partition by aws_region, pool_id, date_trunc('week', day) order by day desc) = 1
)
select
    week, aws_region, pool_id, day as counted_on, eligible_users, known_users, capable_users, enrolment_ratio,
    known_users / nullif(eligible_users, 0) as coverage_ratio,
    strong_users, sms_only_users,
    capable_users - lag(capable_users) over earlier as capable_change_users,
    enrolment_ratio - lag(enrolment_ratio) over earlier as enrolment_change
from counted
window earlier as (partition by aws_region, pool_id order by week)
order by week desc, aws_region, pool_id
limit 1000
