-- purpose: gather what can have weakened users' protection, with what followed a changed phone number. Preferring
--   SMS weakens only who had shown an authenticator app before
-- parameters: $from, $to: half open; $aws_region, $pool_id: null for all
-- grain: one row per record
-- columns: those of weakening; new_network_at: the first sign-in within a day of a changed number from a network
--   that the user had never signed in from; is_sim_swap: so it was, and the user had signed in from somewhere
--   before, without which every network is new
create or replace temp table weakened as
with
told as (
    select *
    from weakening
    where happened_at >= $from::timestamp and happened_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
app as (
    select pool_id, sub, totp_first_seen_at as first_seen_at, totp_on_at as on_at, totp_off_at as off_at
    from user_evidence
    where totp_first_seen_at is not null and sub in (select sub from told where kind = 'sms_preferred')
),
wanted as (
    select told.*
    from told
    left join app on app.pool_id = told.pool_id and app.sub = told.sub
    where told.kind <> 'sms_preferred'
       or (
           app.first_seen_at < told.happened_at
           and (app.off_at is null or app.off_at >= told.happened_at or app.on_at > app.off_at)
       )
),
network as (
    select pool_id, sub, first_seen_at
    from user_network
    where sub in (select sub from wanted where kind = 'phone_changed')
),
followed as (
    select
        wanted.event_id,
        min(network.first_seen_at) filter (
            where network.first_seen_at > wanted.happened_at
              and network.first_seen_at <= wanted.happened_at + interval 1 day
        ) as new_network_at,
        bool_or(network.first_seen_at <= wanted.happened_at) as has_known_network
    from wanted
    join network on network.pool_id = wanted.pool_id and network.sub = wanted.sub
    where wanted.kind = 'phone_changed'
    group by wanted.event_id
)
select
    wanted.*, followed.new_network_at,
    followed.new_network_at is not null and followed.has_known_network as is_sim_swap
from wanted
left join followed on followed.event_id = wanted.event_id
