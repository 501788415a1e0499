-- purpose: drop text messages past their retention; totals and hourly counts stay
-- parameters: $before
delete from sms_message where sent_at < $before::timestamp
