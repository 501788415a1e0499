-- purpose: gather the calls that switched a factor off, with what became of the users since
-- parameters: $from, $to: half open; $aws_region, $pool_id: null for all
-- grain: one row per record
-- columns: those of mfa_removal, of which direction_unknown ends with a later look-up; looked_up_at: the last
--   look-up, where it came later; protected_at: when a record first showed a factor again, or the look-up that
--   lists one; is_bound: it is the look-up's time, and the factor may be older
create or replace temp table removal as
with
wanted as (
    select *
    from mfa_removal
    where removed_at >= $from::timestamp and removed_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
),
answer as (
    select pool_id, sub, looked_up_at, listed & 15 > 0 as lists_any
    from user_evidence
    where looked_up_at is not null and sub in (select sub from wanted)
)
select
    wanted.* replace (
        wanted.direction_unknown and answer.looked_up_at is null as direction_unknown,
        coalesce(wanted.protected_at, case when answer.lists_any then answer.looked_up_at end) as protected_at
    ),
    answer.looked_up_at,
    wanted.protected_at is null and coalesce(answer.lists_any, false) as is_bound
from wanted
left join answer
    on answer.pool_id = wanted.pool_id and answer.sub = wanted.sub and answer.looked_up_at > wanted.removed_at
