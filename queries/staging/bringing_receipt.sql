-- purpose: lines that brought a word about a message that is new
-- parameters: none
-- grain: one row
select count(distinct (receipt_batch.message_id, receipt_batch.reported_at, receipt_batch.status)) as lines
from receipt_batch
semi join fresh_line on receipt_batch.line_id = fresh_line.line_id
semi join fresh_receipt
    on receipt_batch.message_id = fresh_receipt.message_id
   and receipt_batch.reported_at = fresh_receipt.reported_at and receipt_batch.status = fresh_receipt.status
