-- purpose: what the series of counts_by_hour and counts_by_day count, and which labels they have
-- parameters: none
-- grain: one row per series
-- evidence: none needed
-- columns:
--   series: name of the series
--   counts: what an event of it is
--   labels: labels that it has beside AWS Region, comma separated
create or replace view public.series as
select series, counts, labels
from (
    values
    ('challenge_responses', 'determined answers to MFA challenges', 'pool_id, client_id, agent, factor'),
    ('challenge_failures', 'refused answers to MFA challenges', 'pool_id, client_id, agent, factor, reason'),
    ('challenge_undetermined', 'answers that say nothing about the code', 'pool_id, client_id, agent, factor, reason'),
    ('first_factor_failures', 'refused first factors; they enter no ratio of MFA', 'pool_id, client_id, reason'),
    ('sessions', 'challenge sessions that are over, at the hour of the last answer', 'pool_id, client_id, factor'),
    ('session_failures', 'of them, those without a success', 'pool_id, client_id, factor'),
    ('first_try_sessions', 'of them, those whose first determined answer succeeded', 'pool_id, client_id, factor'),
    ('session_answers', 'determined answers of the sessions that succeeded', 'pool_id, client_id, factor'),
    ('session_seconds', 'seconds from first to last answer of the sessions that succeeded', 'pool_id, client_id, factor'),
    ('issued', 'MFA challenges issued', 'pool_id, client_id, factor'),
    ('abandoned', 'of them, neither answered in time nor followed by a newer one', 'pool_id, client_id, factor'),
    ('mfa_setup_issued', 'challenges to set up a factor', 'pool_id, client_id'),
    ('select_mfa_issued', 'challenges to choose a factor', 'pool_id, client_id'),
    ('sign_ins', 'completed sign-ins; refreshes are none', 'pool_id, client_id, via'),
    ('mfa_sign_ins', 'completed sign-ins through the API that passed MFA', 'pool_id, client_id'),
    ('device_sign_ins', 'completed sign-ins through the API where a remembered device stood in for MFA', 'pool_id, client_id'),
    ('recovery_events', 'recoveries asked for or done', 'pool_id, kind'),
    ('recovery_failures', 'refused recoveries', 'pool_id, kind, reason'),
    ('recovery_unknown', 'resets asked for without a user: nobody can tell whether they were completed', 'pool_id'),
    ('recovery_completions', 'resets completed within an hour of the request, at the hour of the request', 'pool_id'),
    ('sms_send_errors', 'text messages that could not even be sent', 'pool_id, reason'),
    ('sms_requests', 'codes asked for by text message, at the hour of the request', 'pool_id, country, kind, via'),
    ('sms_resends', 'of them, those asked for again', 'pool_id, country, kind, via'),
    ('sms_conversions', 'of them, those answered correctly in time', 'pool_id, country, kind, via'),
    ('sms_new_users', 'of them, those for users made within 24 hours', 'pool_id, country, kind, via'),
    ('sms_messages', 'text messages delivered or failed, at the hour they were sent', 'country'),
    ('sms_delivered', 'of them, those delivered', 'country'),
    ('sms_failures', 'of them, those that failed', 'country, reason'),
    ('sms_unknown', 'text messages of unknown fate', 'country'),
    ('sms_price_micro_usd', 'price of text messages, millionths of a USD', 'country'),
    ('sms_delivery_ms', 'delay of delivered text messages, milliseconds', 'country'),
    ('sms_delivery_bucket', 'delivered text messages by delay: kind is the upper bound in seconds', 'country, kind'),
    ('auth_events_mfa', 'sign-ins of Cognito''s own log by what became of the second factor', 'pool_id, kind')
) as known(series, counts, labels)
