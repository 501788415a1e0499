-- purpose: MFA challenges that were issued to the users in scope, and whether they were abandoned: neither
--   answered within the client's session validity nor followed by a newer one
-- parameters: none
-- grain: one row per issued challenge and world
create or replace temp table told_challenge as
with
step as (
    select * from told where mfa_factor is not null or issued_factor is not null
),
followed as (
    select
        step.*,
        min(case when mfa_factor is not null then event_time end) over later as answered_at,
        min(case when issued_factor is not null then event_time end) over later as issued_again_at
    from step
    window later as (
        partition by sign, aws_region, pool_id, client_id, sub order by event_time, mfa_factor is not null, event_id
        rows between 1 following and unbounded following
    )
)
select
    followed.sign, followed.event_time, followed.aws_region, followed.pool_id, followed.client_id,
    followed.issued_factor as factor,
    followed.sub is not null
        and followed.event_time <= followed.settled_through - interval 15 minutes
        and coalesce(answered_at > followed.event_time + validity, true)
        and coalesce(issued_again_at > followed.event_time + validity, true) as is_abandoned
from (
    select followed.*, to_seconds(coalesce(client.session_validity_s, 900)) as validity
    from followed
    left join (select client_id, max(session_validity_s) as session_validity_s from client group by all) as client
        on followed.client_id = client.client_id
) as followed
where issued_factor is not null
