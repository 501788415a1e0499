-- purpose: how Cognito's own log moves the hourly counts
-- parameters: none
-- grain: one row per hour and series
-- columns: those of moved
create or replace temp table moved as
with
send_errors as (
    select date_trunc('hour', happened_at) as hour, 'sms_send_errors' as series, aws_region, pool_id,
           'notification' as reason, '' as kind
    from notice_batch
    where not is_auth_event and line_id in (select line_id from fresh_line)
),
auth_events as (
    select date_trunc('hour', happened_at) as hour, 'auth_events_mfa' as series, aws_region, pool_id,
           '' as reason, mfa as kind
    from fresh_auth_event
    where mfa is not null
),
final as (
    select * from send_errors
    union all
    select * from auth_events
)
select
    hour, series, aws_region, pool_id, '' as client_id, '' as agent, '' as country, '' as factor,
    reason, kind, '' as via, count(*)::bigint as change
from final
group by all
