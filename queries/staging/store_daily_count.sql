-- purpose: begin the count of a series on a day
-- parameters: $from, $to: first moved hour, end of the last
insert into daily_count
select moved.*
from (
    select hour::date as day, * exclude (hour, change), sum(change)::bigint as change from moved group by all
) as moved
anti join (
    select * from daily_count where day >= $from::date and day <= $to::date
) as counted
    using (day, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via)
