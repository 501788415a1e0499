-- purpose: the touched calls that reset or set a password
-- parameters: none
-- grain: one row per record
insert into password_call
select event_time, aws_region, pool_id, sub, recovery_kind, outcome, actor_type, actor_name, actor_session
from touched
where recovery_kind in ('self_reset_completed', 'admin_reset', 'admin_set_password')
