-- title: App clients that were never seen with MFA
-- purpose: app clients of which no record of the time shown answers an MFA challenge or MFA_SETUP. An app that does
--   not know these steps breaks on the day MFA is required. Answers to MFA_SETUP are told only as far back as raw
--   records are kept, the others by whole UTC days
-- parameters: $from, $to, $pool_id
-- grain: one row per pool and app client, most sign-ins first
-- place: pools
-- columns:
--   pool_id: user pool
--   client_id: app client
--   client_name: its name; null where no listing tells
--   is_listed: the last listing knows it
--   sign_ins: completed sign-ins through the API
--   page_sign_ins: completed sign-ins on hosted pages, which answer challenges themselves
--   challenges_issued: MFA challenges issued to it
--   setups_issued: MFA_SETUP issued to it
with
counted as (
    select
        pool_id, client_id,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'api'), 0)::bigint as sign_ins,
        coalesce(sum(events) filter (where series = 'sign_ins' and via = 'ui'), 0)::bigint as page_sign_ins,
        coalesce(sum(events) filter (where series = 'issued'), 0)::bigint as challenges_issued,
        coalesce(sum(events) filter (where series = 'mfa_setup_issued'), 0)::bigint as setups_issued,
        coalesce(sum(events) filter (where series in ('challenge_responses', 'challenge_undetermined')), 0)::bigint
            as answers
    from counts_by_day
    where series in ('sign_ins', 'issued', 'mfa_setup_issued', 'challenge_responses', 'challenge_undetermined')
      and client_id <> ''
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($pool_id::varchar is null or pool_id = $pool_id)
    group by all
),
-- no rollup counts these answers
set_up as (
    select distinct pool_id, client_id
    from events
    where challenge_name = 'MFA_SETUP' and client_id is not null
      and event_time >= $from::timestamp and event_time < $to::timestamp
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
-- a replica lists a client again
listed as (
    select pool_id, client_id, max(client_name) as client_name, true as is_listed
    from clients
    where ($pool_id::varchar is null or pool_id = $pool_id)
    group by pool_id, client_id
),
final as (
    select
        pool_id, client_id, listed.client_name,
        coalesce(listed.is_listed, false) as is_listed,
        coalesce(counted.sign_ins, 0) as sign_ins,
        coalesce(counted.page_sign_ins, 0) as page_sign_ins,
        coalesce(counted.challenges_issued, 0) as challenges_issued,
        coalesce(counted.setups_issued, 0) as setups_issued
    from listed
    full join counted using (pool_id, client_id)
    where coalesce(counted.answers, 0) = 0
)
select
    final.pool_id, final.client_id, final.client_name, final.is_listed, final.sign_ins, final.page_sign_ins,
    final.challenges_issued, final.setups_issued
from final
anti join set_up on set_up.pool_id = final.pool_id and set_up.client_id = final.client_id
order by final.sign_ins desc, final.page_sign_ins desc, final.pool_id, final.client_id
limit 1000
