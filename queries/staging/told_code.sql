-- purpose: SMS codes that the users in scope asked for, and whether they were answered correctly: by the
--   next step of the same purpose, within the code's validity
-- parameters: none
-- grain: one row per request and world
create or replace temp table told_code as
with
step as (
    select *, sms_purpose as purpose, false as is_answer from scope where sms_purpose is not null
    union all
    select *, code_accepted as purpose, true as is_answer from scope where code_accepted is not null and sub is not null
),
in_a_row as (
    select
        *,
        lead(is_answer) over row as is_next_answer,
        lead(event_time) over row as next_at,
        lag(is_answer) over row as was_answer,
        lag(event_time) over row as before_at
    from step
    window row as (partition by sign, pool_id, sub, purpose order by event_time, is_answer, event_id)
)
select
    in_a_row.sign, in_a_row.event_time as requested_at, in_a_row.aws_region, in_a_row.pool_id, in_a_row.sub,
    in_a_row.purpose,
    case when in_a_row.vocabulary = 'api' then 'api' else 'ui' end as via,
    in_a_row.is_resend
        or (in_a_row.sub is not null and not was_answer and before_at >= event_time - interval 15 minutes) is true
        as is_resend,
    coalesce(in_a_row.sub is not null and is_next_answer and next_at <= event_time + case
        when purpose in ('sign_up', 'attribute') then interval 24 hours
        when purpose = 'recovery' then interval 1 hour
        else to_seconds(coalesce(client.session_validity_s, 900))
    end, false) as is_converted
from in_a_row
left join (select client_id, max(session_validity_s) as session_validity_s from client group by all) as client
    on in_a_row.client_id = client.client_id
where not is_answer
