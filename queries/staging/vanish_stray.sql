-- purpose: users of sweeps that are no more
-- parameters: none
delete from swept_user where sweep_id not in (select sweep_id from sweep)
