-- purpose: count the messages of new lines that nobody has told us about. Only so many are told apart
-- parameters: none
-- grain: one row per origin, error code and message
merge into other_message
using (
    select
        other_batch.origin,
        case when is_known or position <= 300 - (select count(*) from other_message) then error_code else 'other' end as error_code,
        case when is_known or position <= 300 - (select count(*) from other_message) then message else '' end as message,
        sum(events)::bigint as events, min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at
    from (
        select
            grouped.*, known.origin is not null as is_known,
            row_number() over (partition by known.origin is not null order by events desc, error_code, message) as position
        from (
            select origin, error_code, message, count(*) as events,
                   min(happened_at) as first_seen_at, max(happened_at) as last_seen_at
            from other_batch
            group by all
        ) as grouped
        left join (select origin, error_code, message from other_message) as known using (origin, error_code, message)
    ) as other_batch
    group by all
) as found
on other_message.origin = found.origin and other_message.error_code = found.error_code
   and other_message.message = found.message
when matched then update set
    events = other_message.events + found.events,
    first_seen_at = least(other_message.first_seen_at, found.first_seen_at),
    last_seen_at = greatest(other_message.last_seen_at, found.last_seen_at)
when not matched then insert values (
    found.origin, found.error_code, found.message, found.events, found.first_seen_at, found.last_seen_at
)
