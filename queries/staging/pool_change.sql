-- purpose: calls that changed a pool, from the touched events; they outlive the raw events
-- parameters: none
-- grain: one row per record
insert into pool_change
select
    event_time, event_id, aws_region, pool_id, event_name, mfa_configuration,
    account_id, actor_type, actor_name, actor_session
from touched
where outcome = 'success'
  and event_name in (
      'CreateUserPool', 'UpdateUserPool', 'DeleteUserPool', 'SetUserPoolMfaConfig',
      'CreateUserPoolReplica', 'UpdateUserPoolReplica', 'DeleteUserPoolReplica',
      'CreateUserPoolClient', 'UpdateUserPoolClient', 'DeleteUserPoolClient', 'SetLogDeliveryConfiguration'
  )
