-- purpose: what was seen in some complete days, by pool, to tell what is missing
-- parameters: $from, $to: days, half open
-- grain: one row per AWS Region and pool; the pool is 'unknown' where records do not tell it, '' for text messages
-- columns: activity: sign-ins, challenge answers and recovery steps; sms_requests: SMS codes certainly asked for;
--   sms_receipts: text messages whose fate was told; undetermined_pages: answers on hosted pages without a known
--   outcome; exported_sign_ins: those that Cognito's own log tells
select
    aws_region, pool_id,
    coalesce(sum(events) filter (where series in (
        'sign_ins', 'challenge_responses', 'challenge_undetermined', 'first_factor_failures',
        'recovery_events', 'recovery_failures'
    )), 0)::bigint as activity,
    coalesce(sum(events) filter (where series = 'sms_requests'), 0)::bigint as sms_requests,
    coalesce(sum(events) filter (where series in ('sms_messages', 'sms_unknown')), 0)::bigint as sms_receipts,
    coalesce(sum(events) filter (where series = 'challenge_undetermined' and reason = 'undetermined'), 0)::bigint
        as undetermined_pages,
    coalesce(sum(events) filter (where series = 'auth_events_mfa'), 0)::bigint as exported_sign_ins
from daily_count
where day >= $from::date and day < $to::date
  and series in (
      'sign_ins', 'challenge_responses', 'challenge_undetermined', 'first_factor_failures', 'recovery_events',
      'recovery_failures', 'sms_requests', 'sms_messages', 'sms_unknown', 'auth_events_mfa'
  )
group by all
having sum(events) > 0
order by all
