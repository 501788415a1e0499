-- purpose: challenge sessions, recovery and text messages; rollups by hour and day
-- grain: see each table
-- Counts of a store from before this version stay; what is new is counted from now on.

-- What events have in common is kept once: every combination of it that was seen. `content` names a combination
-- by what it holds. Combinations of the earlier version got any name: they may be there twice.
create table event_kind (
    kind_id uinteger not null,
    content uuid not null,
    account_id varchar,
    aws_region varchar not null,
    event_name varchar not null,
    vocabulary varchar not null,
    pool_id varchar not null,
    pool_evidence varchar not null, -- record, client, sub, or none (pool_id is then 'unknown')
    client_id varchar,
    challenge_name varchar,
    issued_challenge varchar, -- what the call issued; challenge_name is what it answered
    auth_flow varchar,
    step varchar, -- the part played in a sign-in
    factor varchar, -- the factor answered, before the context is known
    outcome varchar not null,
    reason varchar,
    error_code varchar,
    sign_in varchar,
    recovery_kind varchar,
    mfa_configuration varchar,
    agent varchar, -- product and release of the client software; 'other' beyond the known ones
    actor_type varchar,
    sms_purpose varchar, -- the record asked for an SMS code, for this purpose
    code_accepted varchar, -- a code of this purpose was answered correctly
    send_error varchar,
    lookup_hint boolean,
    is_billable boolean,
    is_resend boolean,
    is_phone_change boolean,
    totp_switch boolean,
    sms_switch boolean,
    email_switch boolean,
    passkey_switch boolean,
    totp_preferred boolean,
    sms_preferred boolean,
    email_preferred boolean,
    passkey_preferred boolean,
    direction_unknown boolean not null
);
insert into event_kind by name
select row_number() over () as kind_id, uuid() as content, kind.*
from (
    select distinct
        account_id, aws_region, event_name, vocabulary, pool_id, pool_evidence, client_id, challenge_name,
        issued_challenge, auth_flow, step, factor, outcome, reason, error_code, sign_in, recovery_kind,
        mfa_configuration, actor_type, lookup_hint, is_billable, totp_switch, sms_switch, email_switch,
        passkey_switch, totp_preferred, sms_preferred, email_preferred, passkey_preferred, direction_unknown,
        false as is_resend, false as is_phone_change
    from event
) as kind;

-- What is an event's own. `event` shows both together, as one row an event.
create table occurrence (
    event_id uuid not null,
    event_time timestamp not null,
    sub uuid,
    network uinteger,            -- keyed hash of the caller's network, completed sign-ins only
    kind_id uinteger not null,
    actor_name varchar,
    actor_session varchar        -- a keyed hash, unless user names are kept
);
insert into occurrence by name
select event_id, event_time, sub, kind_id, actor_name, actor_session
from event
join event_kind
   on event.account_id is not distinct from event_kind.account_id
  and event.aws_region is not distinct from event_kind.aws_region
  and event.event_name is not distinct from event_kind.event_name
  and event.vocabulary is not distinct from event_kind.vocabulary
  and event.pool_id is not distinct from event_kind.pool_id
  and event.pool_evidence is not distinct from event_kind.pool_evidence
  and event.client_id is not distinct from event_kind.client_id
  and event.challenge_name is not distinct from event_kind.challenge_name
  and event.issued_challenge is not distinct from event_kind.issued_challenge
  and event.auth_flow is not distinct from event_kind.auth_flow
  and event.step is not distinct from event_kind.step
  and event.factor is not distinct from event_kind.factor
  and event.outcome is not distinct from event_kind.outcome
  and event.reason is not distinct from event_kind.reason
  and event.error_code is not distinct from event_kind.error_code
  and event.sign_in is not distinct from event_kind.sign_in
  and event.recovery_kind is not distinct from event_kind.recovery_kind
  and event.mfa_configuration is not distinct from event_kind.mfa_configuration
  and event.actor_type is not distinct from event_kind.actor_type
  and event.lookup_hint is not distinct from event_kind.lookup_hint
  and event.is_billable is not distinct from event_kind.is_billable
  and event.totp_switch is not distinct from event_kind.totp_switch
  and event.sms_switch is not distinct from event_kind.sms_switch
  and event.email_switch is not distinct from event_kind.email_switch
  and event.passkey_switch is not distinct from event_kind.passkey_switch
  and event.totp_preferred is not distinct from event_kind.totp_preferred
  and event.sms_preferred is not distinct from event_kind.sms_preferred
  and event.email_preferred is not distinct from event_kind.email_preferred
  and event.passkey_preferred is not distinct from event_kind.passkey_preferred
  and event.direction_unknown is not distinct from event_kind.direction_unknown
order by event_time;
drop table event;

-- What else a record says whose pool is not known yet.
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
-- older than this by the session gap counts as abandoned or failed. Once totals
-- were shown they may not fall any more.
create table settlement (settled_through timestamp not null, is_shown boolean not null);
insert into settlement select timestamp '1970-01-01', exists (select 1 from counter);

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
