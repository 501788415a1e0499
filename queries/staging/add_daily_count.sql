-- purpose: move the days that have a count of the series already
-- parameters: $from, $to: first moved hour, end of the last
update daily_count
set events = daily_count.events + moved.change
from (select hour::date as day, * exclude (hour, change), sum(change)::bigint as change from moved group by all) as moved
where daily_count.day >= $from::date and daily_count.day <= $to::date
  and daily_count.day = moved.day and daily_count.series = moved.series
  and daily_count.aws_region = moved.aws_region and daily_count.pool_id = moved.pool_id
  and daily_count.client_id = moved.client_id and daily_count.agent = moved.agent
  and daily_count.country = moved.country and daily_count.factor = moved.factor
  and daily_count.reason = moved.reason and daily_count.kind = moved.kind and daily_count.via = moved.via
