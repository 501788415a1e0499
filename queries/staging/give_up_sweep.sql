-- purpose: a sweep that will not be complete
-- parameters: $sweep_id
delete from sweep where sweep_id = $sweep_id::uuid
