-- title: Users who gave up setting up an authenticator app
-- purpose: users who began to set up an authenticator app in the time shown and got no first code accepted since:
--   whom to help. Many refused codes speak of a phone whose clock is wrong
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per user, last step first, 1000 at most
-- place: overview
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   sub: the user
--   began_at: first begin in the time shown (UTC)
--   last_step_at: last step since (UTC)
--   begins: how often the user began
--   refused_codes: first codes that were refused
with
-- when each user began
begun as (
    select aws_region, pool_id, sub, min(stepped_at) as began_at
    from enrolment_steps
    where step = 'began' and stepped_at >= $from::timestamp and stepped_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
),
-- what they did from then on
journey as (
    select
        enrolment_steps.aws_region, enrolment_steps.pool_id, enrolment_steps.sub,
        min(begun.began_at) as began_at,
        max(enrolment_steps.stepped_at) as last_step_at,
        count(*) filter (where enrolment_steps.step = 'began') as begins,
        count(*) filter (where enrolment_steps.step = 'refused') as refused_codes,
        bool_or(enrolment_steps.step in ('verified', 'preferred') or enrolment_steps.passed_at is not null) as is_done
    from enrolment_steps
    join begun
        on begun.sub = enrolment_steps.sub and begun.pool_id = enrolment_steps.pool_id
       and begun.aws_region = enrolment_steps.aws_region
    where enrolment_steps.stepped_at >= begun.began_at
    group by all
)
select aws_region, pool_id, sub, began_at, last_step_at, begins, refused_codes
from journey
where not is_done
order by last_step_at desc, aws_region, pool_id, sub
limit 1000
