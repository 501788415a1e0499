-- purpose: challenge sessions that succeeded, beside those that failed; what the marts need
-- grain: see each table
-- Sessions of a store from before this version are there only where they failed, and without their begin.

alter table failed_session add column started_at timestamp;

create table passed_session (
    aws_region varchar not null,
    pool_id varchar not null,
    client_id varchar,
    sub uuid not null,
    started_at timestamp not null,
    ended_at timestamp not null,
    factor varchar not null,
    answers bigint not null
);

-- Names of countries, filled when the store is opened.
create table country (country varchar not null, country_name varchar not null);
