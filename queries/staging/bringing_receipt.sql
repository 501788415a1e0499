-- purpose: lines that brought a word about a message that is new
-- parameters: none
-- grain: one row per word
-- columns: position in the batch, of the first of several lines with one word
select min(fresh_line.position) as position
from receipt_batch
join fresh_line on receipt_batch.line_id = fresh_line.line_id
semi join fresh_receipt
    on receipt_batch.message_id = fresh_receipt.message_id
   and receipt_batch.reported_at = fresh_receipt.reported_at and receipt_batch.status = fresh_receipt.status
group by receipt_batch.message_id, receipt_batch.reported_at, receipt_batch.status
