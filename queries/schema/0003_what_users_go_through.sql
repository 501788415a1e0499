-- purpose: challenge sessions, recovery and text messages; rollups by hour and day
-- grain: see each table
-- Counts of a store from before this version stay; what is new is counted from now on.

-- What else a record says.
alter table event add column agent varchar;            -- product and release of the client software; 'other' beyond the known ones
alter table event add column network uinteger;         -- keyed hash of the caller's network, completed sign-ins only
alter table event add column sms_purpose varchar;      -- the record asked for an SMS code, for this purpose
alter table event add column is_resend boolean default false;
alter table event add column code_accepted varchar;    -- a code of this purpose was answered correctly
alter table event add column send_error varchar;
alter table event add column is_phone_change boolean default false;
alter table held_event add column agent varchar;
alter table held_event add column network uinteger;
alter table held_event add column sms_purpose varchar;
alter table held_event add column is_resend boolean default false;
alter table held_event add column code_accepted varchar;
alter table held_event add column send_error varchar;
alter table held_event add column is_phone_change boolean default false;

-- Rollups. Labels that a series does not have are ''. Both move by what a batch changes, so the
-- order of arrival never matters, and a year costs no more to read by day than a day by hour.
alter table hourly_count rename to earlier_hourly_count;
create table hourly_count (
    hour timestamp not null,
    series varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    client_id varchar not null,
    agent varchar not null,
    country varchar not null,
    factor varchar not null,
    reason varchar not null,
    kind varchar not null,
    via varchar not null,
    events bigint not null
);
insert into hourly_count
select hour, series, aws_region, pool_id, '', '', '', factor, reason, kind, via, events from earlier_hourly_count;
drop table earlier_hourly_count;
create table daily_count (
    day date not null,
    series varchar not null,
    aws_region varchar not null,
    pool_id varchar not null,
    client_id varchar not null,
    agent varchar not null,
    country varchar not null,
    factor varchar not null,
    reason varchar not null,
    kind varchar not null,
    via varchar not null,
    events bigint not null
);
insert into daily_count
select hour::date, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, sum(events)
from hourly_count
group by all;
alter table counter add column country varchar default '';

-- Up to when challenges without an answer and sessions without a success are settled: what is
-- older than this by the session gap counts as abandoned or failed.
create table settlement (settled_through timestamp not null);
insert into settlement values (timestamp '1970-01-01');

-- Passed e-mail challenges, one row an answer. A late record can turn one into a first factor.
alter table email_proof rename to earlier_email_proof;
create table email_proof (
    pool_id varchar not null,
    sub uuid not null,
    proven_at timestamp not null
);
insert into email_proof
select pool_id, sub, first_proven_at from earlier_email_proof
union
select pool_id, sub, proven_at from earlier_email_proof;
drop table earlier_email_proof;

-- Challenge sessions that were settled without a success.
create table failed_session (
    aws_region varchar not null,
    pool_id varchar not null,
    client_id varchar,
    sub uuid not null,
    ended_at timestamp not null,
    factor varchar not null,
    reason varchar,
    answers bigint not null
);

-- Calls that switched a factor off, one row a record, and when the user was first seen protected after it.
create table mfa_removal (
    removed_at timestamp not null,
    event_id uuid not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid,
    event_name varchar not null,
    kind varchar not null,
    direction_unknown boolean not null,
    actor_type varchar,
    actor_name varchar,
    actor_session varchar,
    protected_at timestamp
);

-- Steps on the way to an authenticator app, one row a record, and the first accepted code after each.
create table enrolment_step (
    stepped_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid not null,
    step varchar not null,       -- began, verified, refused, preferred, unreadable
    passed_at timestamp
);

-- What can weaken a user's protection, one row a record.
create table weakening (
    happened_at timestamp not null,
    event_id uuid not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid not null,
    kind varchar not null,       -- totp_to_sms: SMS put before an app; sms_preferred: SMS preferred, the app not mentioned; phone_changed
    actor_type varchar,
    actor_name varchar,
    actor_session varchar
);

-- Networks that a user signed in from, as keyed hashes, with the first time.
create table user_network (
    pool_id varchar not null,
    sub uuid not null,
    network uinteger not null,
    first_seen_at timestamp not null
);

-- SMS codes that were certainly asked for. The country is null until a listing that began after the
-- request settles it; only then is the request counted.
create table code_request (
    requested_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    sub uuid,
    purpose varchar not null,
    via varchar not null,
    is_resend boolean not null,
    is_converted boolean not null,
    country varchar,
    is_new_user boolean
);

-- Text messages by the last word of the carrier.
create table sms_message (
    message_id uuid not null,
    sent_at timestamp not null,
    aws_region varchar not null,
    service varchar not null,
    reported_at timestamp not null,
    is_final boolean not null,
    status varchar not null,
    reason varchar,
    country varchar not null,    -- 'unknown' where neither number nor network tells
    delay_ms integer,
    price_micro_usd bigint
);

-- Reports about messages of which a newer word is known, so that they are known when they come again.
create table superseded_report (
    message_id uuid not null,
    sent_at timestamp not null,
    reported_at timestamp not null,
    status varchar not null
);

-- Messages that Cognito itself says it could not send.
create table delivery_notice (
    notice_id uuid not null,
    noticed_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    details varchar
);

-- Sign-ins as Cognito's own log tells them (Plus plan).
create table auth_event (
    auth_event_id uuid not null,
    happened_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    client_id varchar,
    sub uuid,
    kind varchar not null,
    response varchar not null,
    mfa varchar
);

-- Messages nobody has told us about, sanitised, with their count.
create table other_message (
    origin varchar not null,     -- challenge, recovery, sms or notice
    error_code varchar not null,
    message varchar not null,
    events bigint not null,
    first_seen_at timestamp not null,
    last_seen_at timestamp not null
);

-- Client software seen on completed sign-ins. Bounded: anything may be written into a user agent.
create table known_agent (agent varchar not null);

-- Countries with a label of their own in /metrics. Once given, a label stays: counters never fall.
create table country_label (country varchar not null);

-- App clients of the listed pools.
create table client (
    client_id varchar not null,
    pool_id varchar not null,
    client_name varchar not null,
    session_validity_s bigint,   -- AuthSessionValidity; null while not known
    described_at timestamp
);

-- What records are judged by, one row a change: a setting holds for the records from then on. What was
-- counted before a change stays; only the first setting that is known holds for all the records before it.
create table validity_setting (
    client_id varchar not null,
    since timestamp not null,
    session_validity_s bigint not null
);
create table passkey_setting (
    aws_region varchar not null,
    pool_id varchar not null,
    since timestamp not null,
    passkey_is_mfa boolean not null
);
insert into passkey_setting
select distinct aws_region, pool_id, timestamp '1970-01-01', passkey_is_mfa from pool;

-- Where the user's phone number belongs.
alter table listed_user add column country varchar;
alter table swept_user add column country varchar;

-- How far each log group of each stream was read. Rows of an earlier version name no group: they
-- belong to the one their stream reads first, which gives them its name.
alter table watermark rename to earlier_watermark;
create table watermark (
    source varchar not null,
    stream varchar not null,
    log_group varchar not null,
    read_through timestamp,
    data_through timestamp,
    is_caught_up boolean not null -- a pull reached the present once: the back-fill is complete
);
insert into watermark
select source, stream, '', read_through, data_through, is_caught_up from earlier_watermark;
drop table earlier_watermark;
alter table seen_line rename to earlier_seen_line;
create table seen_line (
    source varchar not null,
    stream varchar not null,
    log_group varchar not null,
    line_id uuid not null,
    delivered_at timestamp not null
);
insert into seen_line
select source, stream, '', line_id, delivered_at from earlier_seen_line;
drop table earlier_seen_line;
