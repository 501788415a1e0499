-- purpose: users of a slice whom the complete sweep no longer names are gone
-- parameters: $sweep_id, $aws_region, $pool_id; $first_sub, $last_sub: the slice
delete from listed_user
where aws_region = $aws_region and pool_id = $pool_id
  and sub between $first_sub::uuid and $last_sub::uuid
  and not exists (
      select 1 from swept_user
      where swept_user.sweep_id = $sweep_id::uuid and swept_user.sub = listed_user.sub
        and swept_user.sub between $first_sub::uuid and $last_sub::uuid
  )
