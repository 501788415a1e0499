-- purpose: how a batch moves the hourly counts
-- parameters: none
-- grain: one row per hour and series
-- columns: those of hourly_count; change instead of events
create or replace temp table moved as
select
    hour, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, events as change
from hourly_count
limit 0
