-- purpose: take out the messages of which a newer word is known
-- parameters: $oldest, $newest: when the messages of the batch were sent
delete from sms_message
where sent_at between $oldest::timestamp and $newest::timestamp
  and message_id in (select message_id from receipt_change where sign = -1)
