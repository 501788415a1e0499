-- purpose: eligible users who did not sign in for 30 days and cannot pass MFA
-- parameters: none
-- grain: one row
select count(*) as users from rollout_user where is_absent
