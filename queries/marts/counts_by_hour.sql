-- purpose: counts by hour, the rollups behind the figures
-- parameters: none
-- grain: one row per hour, series and labels; labels that a series does not have are ''
-- evidence: moved in the transaction that stores the records; they outlive the raw rows
-- day: hour
-- columns:
--   hour: the hour (UTC)
--   series: what is counted; the table series explains each
--   aws_region: AWS Region
--   pool_id: user pool; '' for text messages, 'unknown' where no pool is known
--   client_id: app client
--   agent: client software and release
--   country: alpha-2
--   factor: totp, sms, email, passkey, custom or unknown
--   reason: why it failed
--   kind: kind of recovery, or purpose of a code
--   via: api or ui
--   events: the count
create or replace view public.counts_by_hour as
select hour, series, aws_region, pool_id, client_id, agent, country, factor, reason, kind, via, events
from main.hourly_count
where events <> 0
