-- purpose: the complete sweep becomes the listing
-- parameters: $aws_region, $pool_id
insert into listed_user
select distinct on (sub) * from swept_user where aws_region = $aws_region and pool_id = $pool_id
