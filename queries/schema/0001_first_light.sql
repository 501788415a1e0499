-- purpose: the first tables
-- grain: see each table
-- All timestamps are UTC. No table holds a phone number, an e-mail address, an IP address, a token
-- or a code; user names only where the config says so.

-- One row per user-pool record. Append only, in order of arrival.
create table event (
    event_id uuid not null,
    event_time timestamp not null,
    account_id varchar,
    aws_region varchar not null,
    event_name varchar not null,
    vocabulary varchar not null,
    pool_id varchar not null,
    pool_evidence varchar not null, -- record, client, sub, or none (pool_id is then 'unknown')
    client_id varchar,
    sub uuid,
    challenge_name varchar,
    issued_challenge varchar,
    auth_flow varchar,
    step varchar,
    factor varchar,
    outcome varchar not null,
    reason varchar,
    error_code varchar,
    sign_in varchar,
    recovery_kind varchar,
    totp_switch boolean,
    sms_switch boolean,
    email_switch boolean,
    passkey_switch boolean,
    direction_unknown boolean not null
);

-- Records whose pool is not known yet: held out of every count until a listing settles them.
create table held_event as select * exclude (pool_evidence) from event;
alter table held_event alter column pool_id drop not null;

-- Log lines of the re-read overlap, so that reading a line again changes nothing.
create table seen_line (
    source varchar not null,
    stream varchar not null,
    line_id uuid not null,
    delivered_at timestamp not null
);

-- How far each stream of each source was read.
create table watermark (
    source varchar not null,
    stream varchar not null,
    read_through timestamp,
    data_through timestamp,
    is_caught_up boolean not null -- a pull reached the present once: the back-fill is complete
);

-- Lines by what became of them.
create table record_count (
    source varchar not null,
    stream varchar not null,
    outcome varchar not null,
    records bigint not null
);

-- One row per hour and series; recomputed from the events of the hour, so that the order of
-- arrival never matters. Labels that a series does not have are ''.
create table hourly_count (
    hour timestamp not null,
    series varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    factor varchar not null,
    reason varchar not null,
    kind varchar not null,
    via varchar not null,
    events bigint not null
);

-- Totals behind the counters. `truth` is the sum of the hours, `shown` never falls.
create table counter (
    series varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    factor varchar not null,
    reason varchar not null,
    kind varchar not null,
    via varchar not null,
    truth bigint not null,
    shown bigint not null
);

-- Pools of the last complete listing of their source.
create table pool (
    source varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    pool_name varchar not null,
    mfa_configuration varchar not null,
    tier varchar not null,
    allows_totp boolean not null,
    allows_sms boolean not null,
    allows_email boolean not null,
    passkey_is_mfa boolean not null,
    max_evidence_age_s bigint not null,
    listed_at timestamp not null
);

-- App client → pool, learned from listings and records, kept when the client is deleted.
create table client_pool (client_id varchar not null, pool_id varchar not null);

-- User → pool, learned from records; listings have their own table.
create table sub_pool (sub uuid not null, pool_id varchar not null);

-- Users of the last complete sweep.
create table listed_user (
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid not null,
    username varchar,
    status varchar not null,
    enabled boolean not null,
    created_at timestamp,
    has_phone boolean not null,
    has_email boolean not null
);

-- The sweep that is under way.
create table swept_user as select * from listed_user;

-- Completed sweeps.
create table listing (
    source varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    started_at timestamp not null,
    completed_at timestamp not null,
    users bigint not null
);

-- Last answer of AdminGetUser.
create table lookup (
    pool_id varchar not null,
    sub uuid not null,
    looked_up_at timestamp not null,
    totp boolean not null,
    sms boolean not null,
    email boolean not null,
    passkey boolean not null,
    other boolean not null
);

-- What records say about one factor of one user.
create table factor_evidence (
    pool_id varchar not null,
    sub uuid not null,
    factor varchar not null,
    proven_at timestamp,    -- newest passed challenge
    switched_at timestamp,  -- newest readable switch or deletion
    is_on boolean,          -- what that switch left
    first_on_at timestamp   -- oldest sign of life: a switch on or a passed challenge
);

-- When a user was last seen.
create table user_activity (
    pool_id varchar not null,
    sub uuid not null,
    last_sign_in_at timestamp,
    last_seen_at timestamp not null
);

-- One row per day and pool: the states as the day's last snapshot saw them.
create table enrolment_day (
    day date not null,
    aws_region varchar not null,
    pool_id varchar not null,
    eligible_users bigint not null,
    known_users bigint not null,
    capable_users bigint not null
);
