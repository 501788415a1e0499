-- purpose: begin the count of a series in an hour
-- parameters: $from, $to: first moved hour, end of the last
insert into hourly_count
select moved.*
from moved
anti join (
    select * from hourly_count where hour >= $from::timestamp and hour < $to::timestamp
) as counted
    using (hour, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via)
