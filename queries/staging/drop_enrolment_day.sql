-- purpose: make room for a newer count of the day
-- parameters: $day, $aws_region, $pool_id
delete from enrolment_day where day = $day::date and aws_region = $aws_region and pool_id = $pool_id
