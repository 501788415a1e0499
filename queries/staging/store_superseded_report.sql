-- purpose: remember the reports of which a newer word is known; SNS writes only one about a message
-- parameters: none
-- grain: one row per message and report
insert into superseded_report
with
report as (
    select message_id, sent_at, service, reported_at, status from fresh_receipt
    union
    select message_id, sent_at, service, reported_at, status from receipt_change where sign = -1
)
select report.message_id, report.sent_at, report.reported_at, report.status
from report
anti join (select * from receipt_change where sign = 1) as newest
    on report.message_id = newest.message_id and report.reported_at = newest.reported_at and report.status = newest.status
where report.service <> 'sns'
