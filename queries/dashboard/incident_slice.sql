-- purpose: the answers to a pool's challenges, or the text messages of a Region, by all that may tell why they fail
-- parameters: $from, $to: half open, whole hours; $aws_region; $pool_id: '' for text messages
-- grain: one row per client, agent, country, factor and reason; rows with a reason count failures, the others cases
-- columns: client_name: null where no listing names it; cases: determined answers, or messages whose fate is known;
--   failures
with
counted_slice as (
    select
        client_id, agent, country, factor, reason,
        coalesce(sum(events) filter (series in ('challenge_responses', 'sms_messages')), 0)::bigint as cases,
        coalesce(sum(events) filter (series in ('challenge_failures', 'sms_failures')), 0)::bigint as failures
    from counted($from::timestamp, $to::timestamp)
    where series in ('challenge_responses', 'challenge_failures', 'sms_messages', 'sms_failures')
      and aws_region = $aws_region and pool_id = $pool_id
    group by all
),
-- a client belongs to one pool, but a replica lists it in another Region again
named_client as (
    select client_id, min(client_name) as client_name
    from client
    group by all
)
select client_id, client_name, agent, country, factor, reason, cases, failures
from counted_slice
left join named_client using (client_id)
where cases <> 0 or failures <> 0
