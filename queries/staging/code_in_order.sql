-- purpose: the steps whose user is known, for finding which request each answer converts
-- parameters: none
-- grain: one row per step
-- columns: those that decide
select position, whose, epoch_us(event_time) as at_us, is_answer, validity_us
from code_step
where sub is not null
order by position
