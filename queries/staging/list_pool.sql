-- purpose: one pool of a listing
-- parameters: one per column
insert into pool values (
    $source, $aws_region, $pool_id, $pool_name, $mfa_configuration, $tier,
    $allows_totp, $allows_sms, $allows_email, $passkey_is_mfa, $max_evidence_age_s, $listed_at::timestamp
)
