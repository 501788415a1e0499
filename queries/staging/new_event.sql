-- purpose: events of the fresh lines that are not stored yet
-- parameters: $oldest, $newest: event times of the batch; the same eventID has the same eventTime,
--   so only that range needs to be compared
-- grain: one row per eventID
-- columns: position in the batch, of the first of several lines with one eventID
with
first as (
    select event_id, arg_min(position, (delivered_at, line_id)) as position
    from fresh_line
    where outcome in ('stored', 'unclassified')
    group by event_id
),
-- stored events that could be the same
known as (
    select event_id from occurrence where event_time between $oldest::timestamp and $newest::timestamp
    union all
    select event_id from held_event where event_time between $oldest::timestamp and $newest::timestamp
)
select first.position from first anti join known on first.event_id = known.event_id
