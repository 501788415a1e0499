-- purpose: keeps a decision
-- parameters: $record_id, $made_at, $aws_region, $pool_id, $made_by, $fingerprint, $document
insert into decision_record (record_id, made_at, aws_region, pool_id, made_by, fingerprint, document)
values ($record_id::uuid, $made_at, $aws_region, $pool_id, $made_by, $fingerprint, $document)
