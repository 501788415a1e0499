-- purpose: destination countries of text messages and codes in a stretch of time
-- parameters: $from, $to: whole hours, half open
-- grain: one row per country
-- columns: country: alpha-2, or unknown
select distinct country
from counted($from::timestamp, $to::timestamp)
where series in ('sms_requests', 'sms_delivered', 'sms_failures', 'sms_unknown') and country <> ''
order by country
