-- purpose: decisions about MFA that somebody kept
-- grain: see the table

create table decision_record (
    record_id uuid not null,
    made_at timestamp not null,
    aws_region varchar not null,
    pool_id varchar not null,
    made_by varchar,                  -- user of the web config; null where nobody is asked who he is
    fingerprint varchar not null,     -- SHA-256 of the document
    document varchar not null         -- JSON; tells of nobody by name
);
