-- Users and settings of pools that no source lists, as files told them.

create table told_pool (
    aws_region varchar not null,
    pool_id varchar not null,
    source varchar not null,        -- whose files told it last
    listed_at timestamp,            -- when a source listed the pool last, if one did: older files say nothing new
    description varchar,            -- the newest output of describe-user-pool, reduced, as JSON
    described_at timestamp,
    factors varchar,                -- the newest output of get-user-pool-mfa-config, reduced, as JSON
    configured_at timestamp
);

-- A user may stand in several files of one listing: the newest is right.
alter table swept_user add column told_at timestamp;
