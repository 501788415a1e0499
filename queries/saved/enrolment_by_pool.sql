-- title: Enrolment by pool
-- purpose: how many users of each pool can pass MFA, by the last head count of each pool. Unknown users are in no
--   ratio: read it together with the coverage, and with the least and the most it can be
-- parameters: $aws_region, $pool_id
-- grain: one row per AWS Region and listed pool
-- place: overview
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   pool_name: its name
--   mfa_configuration: OFF, OPTIONAL or ON
--   counted_on: day of the head count (UTC); null before the first
--   eligible_users: the headline denominator
--   known_users: eligible, with evidence about MFA
--   capable_users: eligible, can pass MFA
--   enrolment_ratio: capable of known users
--   coverage_ratio: known of eligible users
--   enrolment_least_ratio: capable of eligible users, as if all unknown users could not
--   enrolment_most_ratio: the same, as if all unknown users could
--   active_users: eligible, with a sign-in through the API in 30 days
--   active_known_users: active and known
--   active_capable_users: active and capable
--   active_enrolment_ratio: active and capable of active and known users
with
-- the last head count of each pool
latest as (
    select
        aws_region, pool_id, day, eligible_users, known_users, capable_users, active_users, active_known_users,
        active_capable_users
    from enrolment_by_day
    qualify row_number() over (partition by aws_region, pool_id order by day desc) = 1
)
select
    pools.aws_region, pools.pool_id, pools.pool_name, pools.mfa_configuration,
    latest.day as counted_on, latest.eligible_users, latest.known_users, latest.capable_users,
    latest.capable_users / nullif(latest.known_users, 0) as enrolment_ratio,
    latest.known_users / nullif(latest.eligible_users, 0) as coverage_ratio,
    latest.capable_users / nullif(latest.eligible_users, 0) as enrolment_least_ratio,
    (latest.capable_users + latest.eligible_users - latest.known_users) / nullif(latest.eligible_users, 0)
        as enrolment_most_ratio,
    latest.active_users, latest.active_known_users, latest.active_capable_users,
    latest.active_capable_users / nullif(latest.active_known_users, 0) as active_enrolment_ratio
from pools
left join latest using (aws_region, pool_id)
where ($aws_region::varchar is null or pools.aws_region = $aws_region)
  and ($pool_id::varchar is null or pools.pool_id = $pool_id)
order by pools.aws_region, pools.pool_id
