-- purpose: what was noted of a pool at an instant, before more is known of the same instant
-- parameters: $aws_region, $pool_id, $observed_at
delete from pool_observation
where aws_region = $aws_region and pool_id = $pool_id and observed_at = $observed_at::timestamp
