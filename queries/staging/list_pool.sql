-- purpose: one pool of a listing
-- parameters: one per column
insert into pool by name
select
    $source as source, $aws_region as aws_region, $pool_id as pool_id, $pool_name as pool_name,
    $mfa_configuration as mfa_configuration, $tier as tier,
    $allows_totp as allows_totp, $allows_sms as allows_sms, $allows_email as allows_email,
    $passkey_is_mfa as passkey_is_mfa, $has_passkeys as has_passkeys,
    $recovery as recovery, $sms_route as sms_route, $sms_region as sms_region, $sms_failure as sms_failure,
    $devices as devices, $device_skips_mfa as device_skips_mfa, $replica_regions as replica_regions,
    $max_evidence_age_s as max_evidence_age_s, $listed_at::timestamp as listed_at
