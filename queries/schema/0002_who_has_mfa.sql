-- purpose: evidence per factor that no order of arrival can change, pool details, resumable sweeps
-- grain: see each table

-- What a preference call prefers, who called, what a pool was set to, whether AWS bills the user for it.
alter table event add column totp_preferred boolean;
alter table event add column sms_preferred boolean;
alter table event add column email_preferred boolean;
alter table event add column passkey_preferred boolean;
alter table event add column lookup_hint boolean default false;
alter table event add column is_billable boolean default false;
alter table event add column mfa_configuration varchar;
alter table event add column actor_type varchar;
alter table event add column actor_name varchar;
alter table event add column actor_session varchar; -- a keyed hash, unless user names are kept
alter table held_event add column totp_preferred boolean;
alter table held_event add column sms_preferred boolean;
alter table held_event add column email_preferred boolean;
alter table held_event add column passkey_preferred boolean;
alter table held_event add column lookup_hint boolean default false;
alter table held_event add column is_billable boolean default false;
alter table held_event add column mfa_configuration varchar;
alter table held_event add column actor_type varchar;
alter table held_event add column actor_name varchar;
alter table held_event add column actor_session varchar;

-- What records say about one factor of one user: the newest (and oldest) instants of each kind, so
-- that merging them gives the same in any order. On and off in the same second: off.
alter table factor_evidence rename to earlier_factor_evidence;
create table factor_evidence (
    pool_id varchar not null,
    sub uuid not null,
    factor varchar not null,
    first_seen_at timestamp,    -- oldest sign of life: a switch on or a passed challenge
    proven_at timestamp,        -- newest passed challenge
    on_at timestamp,            -- newest readable switch on
    off_at timestamp,           -- newest readable switch off or deletion
    preferred_at timestamp,     -- newest word that it is the preferred factor
    unpreferred_at timestamp    -- newest word that it is not
);
insert into factor_evidence
select
    pool_id, sub, factor, first_on_at,
    case when factor <> 'email' then proven_at end,
    case when is_on then switched_at end,
    case when not is_on then switched_at end,
    null, null
from earlier_factor_evidence;

-- Passed e-mail challenges by hour: a late record can turn such an answer into a first factor, so
-- the hour is recomputed like its counts.
create table email_proof (
    hour timestamp not null,
    pool_id varchar not null,
    sub uuid not null,
    first_proven_at timestamp not null,
    proven_at timestamp not null
);
insert into email_proof
select date_trunc('hour', proven_at), pool_id, sub, proven_at, proven_at
from earlier_factor_evidence
where factor = 'email' and proven_at is not null;
drop table earlier_factor_evidence;

-- Marks of a user's life. Merged like the evidence.
alter table user_activity add column first_sign_in_at timestamp;
alter table user_activity add column signed_up_at timestamp;         -- newest confirmed sign-up by the user
alter table user_activity add column last_billable_at timestamp;     -- newest activity that AWS bills
alter table user_activity add column lookup_hint_at timestamp;       -- newest sign that factors changed in a way records do not tell
alter table user_activity add column direction_unknown_at timestamp; -- newest unreadable preference change
update user_activity set first_sign_in_at = last_sign_in_at;

alter table lookup add column preferred varchar;
alter table lookup add column tells_passkeys boolean default false; -- AdminGetUser does not list them

-- Verified channels, for account recovery.
alter table listed_user add column phone_verified boolean default false;
alter table listed_user add column email_verified boolean default false;

-- The sweep under way of each pool. Its position moves in the transaction that stores its users.
create table sweep (
    source varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sweep_id uuid not null,
    started_at timestamp not null,
    next_token varchar,             -- null before the first page
    users bigint not null
);
drop table swept_user;
create table swept_user as select uuid() as sweep_id, * from listed_user limit 0;

-- What Cognito says about a pool, beside its MFA configuration.
alter table pool add column has_passkeys boolean default false;
alter table pool add column recovery varchar default '';        -- AccountRecoverySetting, in order of priority, comma separated
alter table pool add column sms_route varchar default '';       -- sns, end_user_messaging, custom_sender, or none
alter table pool add column sms_region varchar default '';      -- AWS Region that sends the pool's SMS
alter table pool add column sms_failure varchar default '';     -- SmsConfigurationFailure
alter table pool add column devices varchar default '';         -- off, opt_in or always: which devices are remembered
alter table pool add column device_skips_mfa boolean default false;
alter table pool add column replica_regions varchar default ''; -- comma separated

-- Configurations of a pool as listings saw them, one row a change.
create table pool_observation (
    observed_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    mfa_configuration varchar not null,
    allows_totp boolean not null,
    allows_sms boolean not null,
    allows_email boolean not null,
    passkey_is_mfa boolean not null,
    tier varchar not null,
    recovery varchar not null,
    sms_route varchar not null,
    sms_failure varchar not null,
    devices varchar not null
);

-- Calls that changed a pool, one row a record. Outlives the raw events.
create table pool_change (
    changed_at timestamp not null,
    event_id uuid not null,
    aws_region varchar not null,
    pool_id varchar not null,
    event_name varchar not null,
    mfa_configuration varchar,
    account_id varchar,
    actor_type varchar,
    actor_name varchar,
    actor_session varchar
);

-- The day's head counts in full; null on days before this version.
alter table enrolment_day add column active_users bigint;
alter table enrolment_day add column active_known_users bigint;
alter table enrolment_day add column active_capable_users bigint;
alter table enrolment_day add column explicit_users bigint;
alter table enrolment_day add column proven_users bigint;
alter table enrolment_day add column implicit_users bigint;
alter table enrolment_day add column none_users bigint;
alter table enrolment_day add column unknown_users bigint;
alter table enrolment_day add column totp_users bigint;
alter table enrolment_day add column sms_users bigint;
alter table enrolment_day add column email_users bigint;
alter table enrolment_day add column passkey_users bigint;
alter table enrolment_day add column strong_users bigint;
alter table enrolment_day add column sms_only_users bigint;
alter table enrolment_day add column email_only_users bigint;
alter table enrolment_day add column sms_and_email_users bigint;

-- Key of the hashes that stand for session names of administrators.
create table pseudonym_key (key uuid not null);
