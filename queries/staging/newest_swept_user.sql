-- purpose: of a user who stands in several files of a listing, the newest stays
-- parameters: $sweep_id; $first_sub, $last_sub: the slice
delete from swept_user
where sweep_id = $sweep_id::uuid and rowid in (
    select rowid
    from swept_user
    where sweep_id = $sweep_id::uuid and sub between $first_sub::uuid and $last_sub::uuid
    -- two files of the same instant: whichever, but the same one always
    qualify row_number() over (
        partition by sub
        order by
            told_at desc, username, status, enabled, created_at, has_phone, has_email, phone_verified, email_verified,
            country
    ) > 1
)
