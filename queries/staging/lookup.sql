-- purpose: the answers of look-ups; the newest of a user stays
-- parameters: none (reads looked_up)
-- grain: one row per pool and user
merge into user_evidence
using (
    with
    answer as (
        select
            pool_id, sub::uuid as sub, looked_up_at,
            (totp::integer + 2 * sms::integer + 4 * email::integer + 8 * passkey::integer + 16 * other::integer)::utinyint as listed,
            preferred as listed_preferred, tells_passkeys
        from looked_up
    )
    select distinct on (pool_id, sub) pool_id, sub, looked_up_at, listed, listed_preferred, tells_passkeys
    from answer
    -- two answers of the same instant: whichever, but the same one always
    order by looked_up_at desc, listed desc, listed_preferred desc nulls last, tells_passkeys desc
) as found
on user_evidence.pool_id = found.pool_id and user_evidence.sub = found.sub
when matched and (
    user_evidence.looked_up_at is null
    or (
        user_evidence.looked_up_at, user_evidence.listed, coalesce(user_evidence.listed_preferred, ''),
        user_evidence.tells_passkeys
    ) < (found.looked_up_at, found.listed, coalesce(found.listed_preferred, ''), found.tells_passkeys)
) then update set
    looked_up_at = found.looked_up_at, listed = found.listed, listed_preferred = found.listed_preferred,
    tells_passkeys = found.tells_passkeys
when not matched then insert by name
