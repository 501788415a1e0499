-- purpose: the day's head counts of a pool
-- parameters: one per column
-- grain: one row per day, Region and pool
insert into enrolment_day by name
select
    $day::date as day, $aws_region as aws_region, $pool_id as pool_id,
    $eligible_users as eligible_users, $known_users as known_users, $capable_users as capable_users,
    $active_users as active_users, $active_known_users as active_known_users,
    $active_capable_users as active_capable_users,
    $explicit_users as explicit_users, $proven_users as proven_users, $implicit_users as implicit_users,
    $none_users as none_users, $unknown_users as unknown_users,
    $totp_users as totp_users, $sms_users as sms_users, $email_users as email_users, $passkey_users as passkey_users,
    $strong_users as strong_users, $sms_only_users as sms_only_users, $email_only_users as email_only_users,
    $sms_and_email_users as sms_and_email_users
