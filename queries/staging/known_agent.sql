-- purpose: client software that completed a sign-in
-- parameters: none
-- grain: one row per agent
select agent from known_agent
