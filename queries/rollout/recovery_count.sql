-- purpose: users without a way to recover today, and those who lose it the moment MFA comes
-- parameters: none
-- grain: one row
select
    (select count(*) from rollout_user where is_dead_end) as dead_end_users,
    (select count(*) from rollout_risk where collides) as colliding_users
