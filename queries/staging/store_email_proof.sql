-- purpose: e-mail challenges passed in the affected hours, as their context says now
-- parameters: none
-- grain: one row per hour, pool and user
insert into email_proof
select hour, pool_id, sub, min(event_time) as first_proven_at, max(event_time) as proven_at
from classified
where mfa_factor = 'email' and outcome = 'success' and sub is not null
group by all
