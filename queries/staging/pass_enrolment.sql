-- purpose: the first accepted code after each step, of users who pass in the touched events
-- parameters: none
update enrolment_step
set passed_at = pass.passed_at
from (
    select
        enrolment_step.pool_id, enrolment_step.sub, enrolment_step.stepped_at,
        min(touched.event_time) as passed_at
    from enrolment_step
    join touched
        on touched.pool_id = enrolment_step.pool_id and touched.sub = enrolment_step.sub
       and touched.event_time >= enrolment_step.stepped_at
    where touched.step = 'mfa_answer' and touched.factor = 'totp' and touched.outcome = 'success'
    group by all
) as pass
where enrolment_step.pool_id = pass.pool_id and enrolment_step.sub = pass.sub
  and enrolment_step.stepped_at = pass.stepped_at
  and (enrolment_step.passed_at is null or pass.passed_at < enrolment_step.passed_at)
