-- purpose: the answers of look-ups; the newest of a user stays
-- parameters: none (reads looked_up)
-- grain: one row per pool and user
merge into lookup
using (
    select distinct on (pool_id, sub) pool_id, sub::uuid as sub, looked_up_at, totp, sms, email, passkey, other, preferred,
        tells_passkeys
    from looked_up
    -- two answers of the same instant: whichever, but the same one always
    order by looked_up_at desc, totp desc, sms desc, email desc, passkey desc, other desc, preferred desc nulls last, tells_passkeys desc
) as found
on lookup.pool_id = found.pool_id and lookup.sub = found.sub
when matched and (
    lookup.looked_up_at, lookup.totp, lookup.sms, lookup.email, lookup.passkey, lookup.other,
    coalesce(lookup.preferred, ''), lookup.tells_passkeys
) < (
    found.looked_up_at, found.totp, found.sms, found.email, found.passkey, found.other,
    coalesce(found.preferred, ''), found.tells_passkeys
) then update set
    looked_up_at = found.looked_up_at, totp = found.totp, sms = found.sms, email = found.email,
    passkey = found.passkey, other = found.other, preferred = found.preferred,
    tells_passkeys = found.tells_passkeys
when not matched then insert by name
