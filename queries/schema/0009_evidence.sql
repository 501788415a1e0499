-- purpose: everything that is known of a user beside the listing in one row: to judge a user is then one join
-- grain: see the table

-- One row per pool and user. Newest (and oldest) instants only, so that merging them gives the same in any order.
-- On and off in the same second: off. E-mail codes that were second factors are kept by answer (email_proof).
create table user_evidence (
    pool_id varchar not null,
    sub uuid not null,
    last_seen_at timestamp,             -- newest record that names the user
    first_sign_in_at timestamp,
    last_sign_in_at timestamp,
    signed_up_at timestamp,             -- newest confirmed sign-up by the user
    last_billable_at timestamp,         -- newest activity that AWS bills
    lookup_hint_at timestamp,           -- newest sign that factors changed in a way records do not tell
    direction_unknown_at timestamp,     -- newest unreadable preference change
    looked_up_at timestamp,             -- newest look-up, which says what follows
    listed utinyint,                    -- factors it lists, as bits: totp 1, sms 2, email 4, passkey 8, others 16
    listed_preferred varchar,
    tells_passkeys boolean,             -- AdminGetUser does not list them
    totp_first_seen_at timestamp,       -- oldest sign of life: a switch on or a passed challenge
    totp_proven_at timestamp,           -- newest passed challenge
    totp_on_at timestamp,               -- newest readable switch on
    totp_off_at timestamp,              -- newest readable switch off or deletion
    totp_preferred_at timestamp,        -- newest word that it is the preferred factor
    totp_unpreferred_at timestamp,      -- newest word that it is not
    sms_first_seen_at timestamp,
    sms_proven_at timestamp,
    sms_on_at timestamp,
    sms_off_at timestamp,
    sms_preferred_at timestamp,
    sms_unpreferred_at timestamp,
    email_first_seen_at timestamp,      -- oldest switch on
    email_on_at timestamp,
    email_off_at timestamp,
    email_preferred_at timestamp,
    email_unpreferred_at timestamp,
    passkey_first_seen_at timestamp,
    passkey_proven_at timestamp,
    passkey_on_at timestamp,
    passkey_off_at timestamp,
    passkey_preferred_at timestamp,
    passkey_unpreferred_at timestamp
);

insert into user_evidence by name
with
known as (
    select pool_id, sub from user_activity
    union
    select pool_id, sub from lookup
    union
    select pool_id, sub from factor_evidence
    union
    select pool_id, sub from email_proof
),
factor as (
    select
        pool_id, sub,
        min(first_seen_at) filter (where factor = 'totp') as totp_first_seen_at,
        max(proven_at) filter (where factor = 'totp') as totp_proven_at,
        max(on_at) filter (where factor = 'totp') as totp_on_at,
        max(off_at) filter (where factor = 'totp') as totp_off_at,
        max(preferred_at) filter (where factor = 'totp') as totp_preferred_at,
        max(unpreferred_at) filter (where factor = 'totp') as totp_unpreferred_at,
        min(first_seen_at) filter (where factor = 'sms') as sms_first_seen_at,
        max(proven_at) filter (where factor = 'sms') as sms_proven_at,
        max(on_at) filter (where factor = 'sms') as sms_on_at,
        max(off_at) filter (where factor = 'sms') as sms_off_at,
        max(preferred_at) filter (where factor = 'sms') as sms_preferred_at,
        max(unpreferred_at) filter (where factor = 'sms') as sms_unpreferred_at,
        min(first_seen_at) filter (where factor = 'email') as email_first_seen_at,
        max(on_at) filter (where factor = 'email') as email_on_at,
        max(off_at) filter (where factor = 'email') as email_off_at,
        max(preferred_at) filter (where factor = 'email') as email_preferred_at,
        max(unpreferred_at) filter (where factor = 'email') as email_unpreferred_at,
        min(first_seen_at) filter (where factor = 'passkey') as passkey_first_seen_at,
        max(proven_at) filter (where factor = 'passkey') as passkey_proven_at,
        max(on_at) filter (where factor = 'passkey') as passkey_on_at,
        max(off_at) filter (where factor = 'passkey') as passkey_off_at,
        max(preferred_at) filter (where factor = 'passkey') as passkey_preferred_at,
        max(unpreferred_at) filter (where factor = 'passkey') as passkey_unpreferred_at
    from factor_evidence
    group by pool_id, sub
),
answer as (
    select
        pool_id, sub, looked_up_at,
        (totp::integer + 2 * sms::integer + 4 * email::integer + 8 * passkey::integer + 16 * other::integer) as listed,
        preferred as listed_preferred, tells_passkeys
    from lookup
)
select *
from known
left join user_activity using (pool_id, sub)
left join answer using (pool_id, sub)
left join factor using (pool_id, sub);
drop table user_activity;
drop table lookup;
drop table factor_evidence;
