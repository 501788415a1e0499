-- purpose: users with any of some reasons, most reasons first
-- parameters: $reasons: as bits; $limit, $offset
-- grain: one row per user
select
    rollout_risk.sub::varchar as sub, rollout_risk.outcome, rollout_risk.sign_ins, rollout_risk.country,
    rollout_risk.usable, rollout_risk.reasons, rollout_client.client_id
from rollout_risk
left join rollout_client using (client)
where rollout_risk.reasons & $reasons::usmallint > 0
order by bit_count(rollout_risk.reasons) desc, rollout_risk.sign_ins desc, rollout_risk.sub
limit $limit offset $offset
