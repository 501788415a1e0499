-- title: How old the evidence about MFA is
-- purpose: eligible users by the age of the newest evidence about their MFA, at the end of the time shown. Old
--   evidence soon is none: proofs count for 90 days, look-ups for as long as the configuration says. Implicit users
--   need none
-- parameters: $to, $aws_region, $pool_id
-- grain: one row per AWS Region, pool and age
-- place: sources
-- columns:
--   aws_region: AWS Region
--   pool_id: user pool
--   age: age of the newest evidence
--   eligible_users: eligible users with evidence of this age
--   age_ratio: of the pool's eligible users
--   explicit_users: of them, state explicit
--   proven_users: of them, state proven
--   implicit_users: of them, state implicit
--   none_users: of them, state none
--   unknown_users: of them, state unknown
--   conflicting_users: of them, with a proof that a later look-up does not list
with
judged as (
    select
        aws_region, pool_id, state, is_conflict,
        case
            when evidence_at >= $to::timestamp - interval 1 day then 1
            when evidence_at >= $to::timestamp - interval 7 days then 2
            when evidence_at >= $to::timestamp - interval 30 days then 3
            when evidence_at >= $to::timestamp - interval 90 days then 4
            when evidence_at is not null then 5
            else 6
        end as place
    from users
    where is_eligible
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
counted as (
    select
        aws_region, pool_id, place,
        count(*) as users,
        count(*) filter (where state = 'explicit') as explicit_users,
        count(*) filter (where state = 'proven') as proven_users,
        count(*) filter (where state = 'implicit') as implicit_users,
        count(*) filter (where state = 'none') as none_users,
        count(*) filter (where state = 'unknown') as unknown_users,
        count(*) filter (where is_conflict) as conflicting_users
    from judged
    group by all
)
select
    aws_region, pool_id,
    ['up to 1 day', 'up to 7 days', 'up to 30 days', 'up to 90 days', 'older', 'none'][place] as age,
    users as eligible_users,
    users / nullif(sum(users) over (partition by aws_region, pool_id), 0) as age_ratio,
    explicit_users, proven_users, implicit_users, none_users, unknown_users, conflicting_users
from counted
order by aws_region, pool_id, place
