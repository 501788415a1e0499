-- purpose: whether files told of any pool
-- parameters: none
-- grain: one row
select count(*) > 0 as is_told from told_pool
