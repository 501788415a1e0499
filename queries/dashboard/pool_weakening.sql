-- purpose: pools whose MFA enforcement was lowered, newest first
-- parameters: $from, $to: half open; $aws_region, $pool_id: null for all
-- grain: one row per change
-- columns: mfa_before (null: nothing tells what it was, so the call may have lowered nothing), mfa_now; event_name
--   and who (null: a listing saw it, and no call in the trail tells of it); restored_at: when it was as high again
with
word as (
    select
        changed_at as said_at, event_name, aws_region, pool_id, mfa_configuration,
        account_id, actor_type, actor_name, actor_session
    from pool_change
    where event_name in ('CreateUserPool', 'UpdateUserPool', 'SetUserPoolMfaConfig')
    union all
    select observed_at, null, aws_region, pool_id, mfa_configuration, null, null, null, null
    from pool_observation
),
ranked as (
    select *, list_position(['OFF', 'OPTIONAL', 'ON'], mfa_configuration) as height
    from word
    where ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
-- what was known before each word; and the call before a listing, which may have lowered it without saying so
in_order as (
    select
        *,
        last_value(height ignore nulls) over (earlier rows between unbounded preceding and 1 preceding) as height_before,
        lag({
            'event_name': event_name, 'mfa_configuration': mfa_configuration, 'account_id': account_id,
            'actor_type': actor_type, 'actor_name': actor_name, 'actor_session': actor_session
        }) over earlier as last_word
    from ranked
    window earlier as (partition by aws_region, pool_id order by said_at, event_name nulls last)
),
lowered as (
    select
        *, event_name is null and last_word.event_name is not null and last_word.mfa_configuration is null as is_silent
    from in_order
    where height < height_before
       or (height_before is null and height < 3 and event_name in ('UpdateUserPool', 'SetUserPoolMfaConfig'))
)
select
    lowered.said_at as lowered_at, lowered.aws_region, lowered.pool_id,
    ['OFF', 'OPTIONAL', 'ON'][lowered.height_before] as mfa_before, lowered.mfa_configuration as mfa_now,
    case when is_silent then last_word.event_name else lowered.event_name end as event_name,
    case when is_silent then last_word.account_id else lowered.account_id end as account_id,
    case when is_silent then last_word.actor_type else lowered.actor_type end as actor_type,
    case when is_silent then last_word.actor_name else lowered.actor_name end as actor_name,
    case when is_silent then last_word.actor_session else lowered.actor_session end as actor_session,
    (
        select min(ranked.said_at) from ranked
        where ranked.aws_region = lowered.aws_region and ranked.pool_id = lowered.pool_id
          and ranked.said_at > lowered.said_at
          and ranked.height >= coalesce(lowered.height_before, lowered.height + 1)
    ) as restored_at
from lowered
where lowered.said_at >= $from::timestamp and lowered.said_at < $to::timestamp
order by lowered.said_at desc, lowered.aws_region, lowered.pool_id
