-- purpose: the answer of one AdminGetUser call; the newest stays
-- parameters: one per column
merge into lookup
using (select $pool_id::varchar as pool_id, $sub::uuid as sub) as found
on lookup.pool_id = found.pool_id and lookup.sub = found.sub
when matched then update set
    looked_up_at = $looked_up_at::timestamp, totp = $totp, sms = $sms, email = $email, passkey = $passkey, other = $other
when not matched then insert values (
    found.pool_id, found.sub, $looked_up_at::timestamp, $totp, $sms, $email, $passkey, $other
)
