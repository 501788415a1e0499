-- purpose: marks of users' lives; newest and oldest instants, in any order of arrival
-- parameters: none
-- grain: one row per pool and user
merge into user_evidence
using (
    select
        pool_id, sub,
        max(last_seen_at) as last_seen_at,
        min(first_sign_in_at) as first_sign_in_at,
        max(last_sign_in_at) as last_sign_in_at,
        max(signed_up_at) as signed_up_at,
        max(last_billable_at) as last_billable_at,
        max(lookup_hint_at) as lookup_hint_at,
        max(direction_unknown_at) as direction_unknown_at
    from activity
    group by pool_id, sub
) as found
on user_evidence.pool_id = found.pool_id and user_evidence.sub = found.sub
-- most users only came again, and a column that is set is written even where it stays what it was
when matched and found.signed_up_at is null and found.lookup_hint_at is null and found.direction_unknown_at is null
  and (found.first_sign_in_at is null or found.first_sign_in_at >= user_evidence.first_sign_in_at) then update set
    last_seen_at = greatest(user_evidence.last_seen_at, found.last_seen_at),
    last_sign_in_at = greatest(user_evidence.last_sign_in_at, found.last_sign_in_at),
    last_billable_at = greatest(user_evidence.last_billable_at, found.last_billable_at)
when matched then update set
    last_seen_at = greatest(user_evidence.last_seen_at, found.last_seen_at),
    first_sign_in_at = least(user_evidence.first_sign_in_at, found.first_sign_in_at),
    last_sign_in_at = greatest(user_evidence.last_sign_in_at, found.last_sign_in_at),
    signed_up_at = greatest(user_evidence.signed_up_at, found.signed_up_at),
    last_billable_at = greatest(user_evidence.last_billable_at, found.last_billable_at),
    lookup_hint_at = greatest(user_evidence.lookup_hint_at, found.lookup_hint_at),
    direction_unknown_at = greatest(user_evidence.direction_unknown_at, found.direction_unknown_at)
when not matched then insert (
    pool_id, sub, last_seen_at, first_sign_in_at, last_sign_in_at, signed_up_at,
    last_billable_at, lookup_hint_at, direction_unknown_at
) values (
    found.pool_id, found.sub, found.last_seen_at, found.first_sign_in_at, found.last_sign_in_at, found.signed_up_at,
    found.last_billable_at, found.lookup_hint_at, found.direction_unknown_at
)
