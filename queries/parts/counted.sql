-- purpose: the counts of a stretch of time, read by whole days where it holds them, so that a year costs no
--   more than a day does by hour
-- parameters: from_hour, to_hour: half open, whole hours
-- grain: one row per hour or day and series
-- columns: at: when the hour or day begins; is_day: which of the two; then those of hourly_count
create or replace macro counted(from_hour, to_hour) as table
select
    hour as at, false as is_day, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via,
    events
from hourly_count
where hour >= from_hour and hour < to_hour
  -- of whole hours, this is the first midnight not before the begin
  and (hour < date_trunc('day', from_hour + interval 23 hours) or hour >= date_trunc('day', to_hour))
union all
select
    day::timestamp, true, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, events
from daily_count
where day >= date_trunc('day', from_hour + interval 23 hours)::date and day < date_trunc('day', to_hour)::date
