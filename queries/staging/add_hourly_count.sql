-- purpose: move the hours that have a count of the series already
-- parameters: $from, $to: first moved hour, end of the last
update hourly_count
set events = hourly_count.events + moved.change
from moved
where hourly_count.hour >= $from::timestamp and hourly_count.hour < $to::timestamp
  and hourly_count.hour = moved.hour and hourly_count.series = moved.series
  and hourly_count.aws_region = moved.aws_region and hourly_count.pool_id = moved.pool_id
  and hourly_count.client_id = moved.client_id and hourly_count.agent = moved.agent
  and hourly_count.country = moved.country and hourly_count.factor = moved.factor
  and hourly_count.reason = moved.reason and hourly_count.kind = moved.kind and hourly_count.via = moved.via
