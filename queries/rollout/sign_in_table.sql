-- purpose: kinds of records that complete a sign-in in a pool
-- parameters: $aws_region, $pool_id
-- grain: one row per kind
-- columns: client: null where none is named or on hosted pages; is_device: a remembered device stood in for MFA
create or replace temp table rollout_sign_in as
select
    event_kind.kind_id, event_kind.sign_in = 'api' as is_api, rollout_client.client,
    coalesce(rollout_client.knows_mfa, false) as knows_mfa,
    coalesce(event_kind.step = 'device', false) as is_device
from event_kind
left join rollout_client using (client_id)
where event_kind.pool_id = $pool_id and event_kind.aws_region = $aws_region and event_kind.sign_in is not null
