-- purpose: drop requests for SMS codes past their retention; totals and hourly counts stay
-- parameters: $before
delete from code_request where requested_at < $before::timestamp
