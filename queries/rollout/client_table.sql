-- purpose: app clients of a pool that somebody signed in through, and whether they were seen to know MFA
-- parameters: $aws_region, $pool_id
-- grain: one row per app client
-- columns: client: a short number for the id; knows_mfa: it answered an MFA challenge or MFA_SETUP, ever
create or replace temp table rollout_client as
with
used as (
    select distinct client_id
    from event_kind
    where pool_id = $pool_id and aws_region = $aws_region and sign_in = 'api' and client_id is not null
),
-- answers are counted; those to MFA_SETUP are not, but their kind is kept as long as records are
answered as (
    select client_id
    from daily_count
    where pool_id = $pool_id and series in ('challenge_responses', 'challenge_undetermined')
    union
    select client_id
    from event_kind
    where pool_id = $pool_id and step = 'mfa_setup'
),
named as (
    select client_id, max(client_name) as client_name
    from client
    where pool_id = $pool_id
    group by client_id
)
select
    row_number() over (order by client_id)::usmallint as client, client_id,
    coalesce(client_name, '') as client_name,
    client_id in (select client_id from answered where client_id is not null) as knows_mfa
from used
left join named using (client_id)
