-- purpose: text messages by the last word of the carrier
-- parameters: none
-- grain: one row per message
-- evidence: delivery status logs of SNS and AWS End User Messaging; they name no pool. Successes may be sampled
-- day: sent_at
-- columns:
--   message_id: the message
--   sent_at: when it was sent
--   aws_region: AWS Region that sent it
--   service: sns or end_user_messaging
--   reported_at: when the last word came
--   is_final: no further word is expected
--   status: delivered, failed or unknown
--   reason: why it failed
--   country: alpha-2; 'unknown' where neither number nor network tells
--   delay_ms: from sending to the handset, milliseconds; null where not told
--   price_usd: price in USD; null where not told
create or replace view public.sms_messages as
select
    message_id, sent_at, aws_region, service, reported_at, is_final, status, reason, country, delay_ms,
    price_micro_usd / 1000000.0 as price_usd
from main.sms_message
