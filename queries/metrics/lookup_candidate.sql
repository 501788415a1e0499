-- purpose: whom of a slice to look up next. A user is due without a look-up that is young enough and newer than
--   the last hint that factors changed. Due for a hint come first, then the older the evidence and
--   the more recently the user was seen, the sooner
-- parameters: $source, $as_of, $active_since (null: everybody), $limit; $first_sub, $last_sub: the slice
-- grain: one row per user
-- columns: aws_region, pool_id, sub, is_billed (AWS counts the user as active this month already),
--   is_hinted and urgency, by which slices are merged
with
listed as (
    select listed_user.aws_region, listed_user.pool_id, listed_user.sub, pool.max_evidence_age_s
    from listed_user
    join pool using (aws_region, pool_id)
    where pool.source = $source and listed_user.enabled
      -- of a pool that only files tell of the source may know nothing
      and (pool.aws_region, pool.pool_id) not in (select (aws_region, pool_id) from told_pool)
      and listed_user.sub between $first_sub::uuid and $last_sub::uuid
      and listed_user.status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD')
),
due as (
    select
        listed.aws_region, listed.pool_id, listed.sub,
        coalesce(greatest(known.last_billable_at, known.looked_up_at)
            >= date_trunc('month', $as_of::timestamp), false) as is_billed,
        known.last_billable_at, known.last_seen_at,
        -- record times are whole seconds: the call may have come after a look-up of the same second
        coalesce(known.lookup_hint_at + interval 1 second > known.looked_up_at, false) as is_hinted,
        -- never looked up is twice the age at which evidence goes stale
        coalesce(epoch($as_of::timestamp - known.looked_up_at) / listed.max_evidence_age_s, 2) as staleness
    from listed
    left join (
        select pool_id, sub, last_seen_at, last_billable_at, lookup_hint_at, looked_up_at
        from user_evidence
        where sub between $first_sub::uuid and $last_sub::uuid
    ) as known using (pool_id, sub)
    where (
          known.looked_up_at is null
          or known.looked_up_at < $as_of::timestamp - to_seconds(listed.max_evidence_age_s)
          or (is_hinted and is_billed)
      )
      -- not before the second of the hint is over: what it hints at may be still to come
      and coalesce(known.lookup_hint_at + interval 1 second <= $as_of::timestamp, true)
),
final as (
    select
        *,
        -- halves with every week the user was not seen
        staleness * pow(0.5, coalesce(epoch($as_of::timestamp - last_seen_at) / 604800, 100)) as urgency
    from due
)
select aws_region, pool_id, sub::varchar as sub, is_billed, is_hinted, urgency
from final
where $active_since::timestamp is null or last_billable_at >= $active_since::timestamp
order by is_hinted desc, urgency desc, sub
limit $limit
