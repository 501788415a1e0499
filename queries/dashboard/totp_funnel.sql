-- purpose: how users get from a first software token to its first use, by the week they began
-- parameters: $from: records from then on
-- grain: one row per week (Monday), Region and pool
-- columns: users who reached each step or a later one; refused_users: users with a refused code;
--   unreadable_users: users with a preference change that cannot be read and no sign of the step;
--   *_s: median seconds from the step before, over users seen at both
with
begun as (
    select aws_region, pool_id, sub, min(stepped_at) as associated_at
    from enrolment_step
    where step = 'began' and stepped_at >= $from::timestamp
    group by all
),
-- what these users did from then on
later as (
    select
        begun.aws_region, begun.pool_id, begun.sub, begun.associated_at,
        enrolment_step.stepped_at, enrolment_step.step, enrolment_step.passed_at
    from enrolment_step
    join begun using (aws_region, pool_id, sub)
    where enrolment_step.stepped_at >= begun.associated_at
),
verified as (
    select
        aws_region, pool_id, sub,
        min(stepped_at) filter (where step = 'verified') as verified_at,
        coalesce(min(stepped_at) filter (where step = 'verified'), any_value(associated_at)) as ready_at,
        bool_or(step = 'refused') as is_refused,
        bool_or(step = 'unreadable') as is_unreadable
    from later
    group by all
),
preferred as (
    select later.aws_region, later.pool_id, later.sub, min(later.stepped_at) as preferred_at
    from later
    join verified using (aws_region, pool_id, sub)
    where later.step = 'preferred' and later.stepped_at >= verified.ready_at
    group by all
),
-- the first accepted code after a step is kept with the step
passed as (
    select later.aws_region, later.pool_id, later.sub, min(later.passed_at) as passed_at
    from later
    join verified using (aws_region, pool_id, sub)
    where later.stepped_at = verified.ready_at
    group by all
),
journey as (
    select
        begun.aws_region, begun.pool_id, date_trunc('week', begun.associated_at)::date as week,
        begun.associated_at, verified.verified_at, preferred.preferred_at, passed.passed_at,
        coalesce(verified.is_refused, false) as is_refused,
        coalesce(verified.is_unreadable, false) as is_unreadable
    from begun
    left join verified using (aws_region, pool_id, sub)
    left join preferred using (aws_region, pool_id, sub)
    left join passed using (aws_region, pool_id, sub)
),
final as (
    select
        week, aws_region, pool_id,
        count(*) as associated_users,
        count(*) filter (where coalesce(verified_at, preferred_at, passed_at) is not null) as verified_users,
        count(*) filter (where coalesce(preferred_at, passed_at) is not null) as preferred_users,
        count(*) filter (where passed_at is not null) as passed_users,
        count(*) filter (where is_refused) as refused_users,
        count(*) filter (where is_unreadable and coalesce(preferred_at, passed_at) is null) as unreadable_users,
        median(epoch(verified_at - associated_at)) as verified_s,
        median(epoch(preferred_at - verified_at)) as preferred_s,
        median(epoch(passed_at - coalesce(preferred_at, verified_at))) as passed_s
    from journey
    group by all
)
select * from final
order by aws_region, pool_id, week
