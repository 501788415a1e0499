-- purpose: drop raw events past their retention; totals and hourly counts stay
-- parameters: $before
delete from occurrence where event_time < $before::timestamp
