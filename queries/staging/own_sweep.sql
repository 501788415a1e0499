-- purpose: how many users a sweep stored; none where another took its place
-- parameters: $sweep_id
-- grain: at most one row
select users from sweep where sweep_id = $sweep_id::uuid
