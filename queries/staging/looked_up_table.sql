-- purpose: where the answers of look-ups land before they are kept
-- parameters: none
-- grain: one row per answer
create or replace temp table looked_up (
    pool_id varchar not null,
    sub varchar not null,
    looked_up_at timestamp not null,
    totp boolean not null,
    sms boolean not null,
    email boolean not null,
    passkey boolean not null,
    other boolean not null,
    preferred varchar,
    tells_passkeys boolean not null
)
