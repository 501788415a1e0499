-- purpose: take out the requests for SMS codes that are no longer as they were
-- parameters: $from, $to: oldest and newest settled event
delete from code_request
using code_change
where code_change.change < 0
  and code_request.requested_at >= $from::timestamp - interval 26 hours
  and code_request.requested_at <= $to::timestamp + interval 26 hours
  and code_change.requested_at = code_request.requested_at and code_change.aws_region = code_request.aws_region
  and code_change.pool_id = code_request.pool_id and code_change.sub is not distinct from code_request.sub
  and code_change.purpose = code_request.purpose and code_change.via = code_request.via
  and code_change.is_resend = code_request.is_resend and code_change.is_converted = code_request.is_converted
