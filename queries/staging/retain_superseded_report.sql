-- purpose: forget superseded reports once nobody delivers them any more: carriers report for three days
-- parameters: none
delete from superseded_report
where sent_at < (select max(sent_at) from superseded_report) - interval 7 days
