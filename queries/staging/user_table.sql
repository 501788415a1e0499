-- purpose: where users of a batch land: those that still need a pool, and those of the settled events
-- parameters: none
-- grain: one row per user
create or replace temp table wanted_user (sub uuid not null);
create or replace temp table settled_user (pool_id varchar not null, sub uuid not null)
