-- purpose: decisions that were kept, newest first
-- parameters: $record_id: null for all
-- grain: one row per decision
-- columns: document is null where all are listed
select
    record_id::varchar as record_id, made_at, aws_region, pool_id, made_by, fingerprint,
    case when $record_id::varchar is not null then document end as document
from decision_record
where $record_id::varchar is null or record_id = $record_id::uuid
order by made_at desc, record_id
limit 1000
