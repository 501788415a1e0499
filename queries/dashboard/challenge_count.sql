-- purpose: challenges, their answers and what stands beside them in a stretch of time, cut in several ways
-- parameters: $from, $to: whole hours, half open; $aws_region, $pool_id, $client_id, $factor: null for all
-- grain: one row per series and slice: a factor, an app client, or a reason and kind
-- columns: factor; client_id, client_name; reason, kind: null where the slice is not by them, and the name also
--   where no listing tells it; events
with
-- the agents, of which there are many, are summed up first
counts as (
    select series, client_id, factor, reason, kind, sum(events) as events
    from counted($from::timestamp, $to::timestamp)
    where series in (
        'sessions', 'session_failures', 'first_try_sessions', 'session_answers', 'session_seconds',
        'challenge_responses', 'challenge_failures', 'challenge_undetermined', 'first_factor_failures',
        'issued', 'abandoned', 'mfa_setup_issued', 'select_mfa_issued', 'device_sign_ins', 'auth_events_mfa'
      )
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id) and ($factor::varchar is null or factor = $factor)
    group by all
),
slice as (
    select series, factor, client_id, reason, kind, sum(events)::bigint as events
    from counts
    group by grouping sets ((series, factor), (series, client_id), (series, reason, kind))
    having sum(events) <> 0
),
named as (
    select client_id, max(client_name) as client_name from client group by client_id
),
final as (
    select slice.series, slice.factor, slice.client_id, named.client_name, slice.reason, slice.kind, slice.events
    from slice
    left join named on slice.client_id = named.client_id
)
select * from final
