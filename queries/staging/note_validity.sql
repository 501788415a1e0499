-- purpose: note the session validity of app clients where it is not what was known: from the beginning when
--   nothing was, else for the records that are not stored yet
-- parameters: none
-- grain: one row per client that changed
merge into validity_setting
using (
    select
        told.client_id, told.session_validity_s,
        case when last.client_id is null then timestamp '1970-01-01' else coalesce(
            (select max(event_time) + interval 1 microsecond from event where event.client_id = told.client_id),
            last.since
        ) end as since
    from (
        select client_id, max(session_validity_s) as session_validity_s
        from client
        where session_validity_s is not null
        group by client_id
    ) as told
    left join (
        select client_id, max(since) as since, arg_max(session_validity_s, since) as session_validity_s
        from validity_setting
        group by client_id
    ) as last using (client_id)
    where told.session_validity_s is distinct from last.session_validity_s
) as changed
on validity_setting.client_id = changed.client_id and validity_setting.since = changed.since
when matched then update set session_validity_s = changed.session_validity_s
when not matched then insert values (changed.client_id, changed.since, changed.session_validity_s)
