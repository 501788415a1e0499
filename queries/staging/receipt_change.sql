-- purpose: messages of which the fresh receipts know a newer word than the store, before (sign -1) and after
--   (sign +1). A final word is newer than any other; SNS says only one word about a message
-- parameters: $oldest, $newest: when the messages of the batch were sent; a message is always sent at the
--   same instant, so only that range needs to be compared
-- grain: one row per message and world
create or replace temp table receipt_change as
with
newest_word as (
    select * from fresh_receipt
    qualify row_number() over (partition by message_id order by is_final desc, reported_at desc, status, reason) = 1
),
known as (
    select * from sms_message where sent_at between $oldest::timestamp and $newest::timestamp
),
newer as (
    select newest_word.*
    from newest_word
    left join known on newest_word.message_id = known.message_id
    where known.message_id is null
       or (newest_word.is_final, newest_word.reported_at) > (known.is_final, known.reported_at)
)
select 1 as sign, newer.* from newer
union all
select -1 as sign, known.* from known semi join newer using (message_id)
