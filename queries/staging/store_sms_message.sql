-- purpose: put in the messages by the newest word
-- parameters: none
insert into sms_message select * exclude (sign) from receipt_change where sign = 1 order by sent_at
