-- purpose: note the complete sweep
-- parameters: $source, $aws_region, $pool_id, $started_at, $completed_at
insert into listing
select $source, $aws_region, $pool_id, $started_at::timestamp, $completed_at::timestamp, count(*)
from listed_user where aws_region = $aws_region and pool_id = $pool_id
