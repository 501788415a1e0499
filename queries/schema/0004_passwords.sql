-- purpose: calls that reset or set a password, so that figures about them read no raw events
-- grain: see the table

-- One row a record.
create table password_call (
    called_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid,
    kind varchar not null,       -- self_reset_completed, admin_reset, admin_set_password
    outcome varchar not null,
    actor_type varchar,
    actor_name varchar,
    actor_session varchar
);
insert into password_call by name
select
    event_time as called_at, aws_region, pool_id, sub, recovery_kind as kind, outcome, actor_type, actor_name,
    actor_session
from occurrence join event_kind using (kind_id)
where recovery_kind in ('self_reset_completed', 'admin_reset', 'admin_set_password')
order by called_at;
