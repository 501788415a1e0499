-- purpose: the sign-ins that were gathered
-- parameters: none
-- grain: one row per hour, profile and circumstance, in order
select hour, circumstance, profile, sign_ins
from rollout_hour
order by hour, circumstance, profile
