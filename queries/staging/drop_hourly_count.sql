-- purpose: take out the old counts of the affected hours
-- parameters: $from, $to: first affected hour, end of the last
delete from hourly_count where hour >= $from::timestamp and hour < $to::timestamp and hour in (select hour from affected_hour)
