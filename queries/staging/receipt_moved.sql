-- purpose: how receipts move the hourly counts, at the hour the message was sent
-- parameters: none
-- grain: one row per hour and series
-- columns: those of moved. Only final words count; a message of unknown fate is neither delivered nor failed
create or replace temp table moved as
with
final_word as (
    select sign, date_trunc('hour', sent_at) as hour, aws_region, status, coalesce(reason, 'other') as reason, country,
           delay_ms, coalesce(price_micro_usd, 0) as price_micro_usd
    from receipt_change
    where is_final
),
part as (
    select hour, aws_region, country, sign, unnest([
        {'series': 'sms_messages', 'reason': '', 'kind': '', 'amount': (status in ('delivered', 'failed'))::bigint},
        {'series': 'sms_delivered', 'reason': '', 'kind': '', 'amount': (status = 'delivered')::bigint},
        {'series': 'sms_failures', 'reason': reason, 'kind': '', 'amount': (status = 'failed')::bigint},
        {'series': 'sms_unknown', 'reason': '', 'kind': '', 'amount': (status = 'unknown')::bigint},
        {'series': 'sms_price_micro_usd', 'reason': '', 'kind': '', 'amount': price_micro_usd},
        {'series': 'sms_delivery_ms', 'reason': '', 'kind': '',
         'amount': case when status = 'delivered' then coalesce(delay_ms, 0) else 0 end},
        {'series': 'sms_delivery_bucket', 'reason': '', 'kind': delay_bucket(delay_ms),
         'amount': (status = 'delivered' and delay_ms is not null)::bigint}
    ]) as part
    from final_word
)
select
    hour, part.series as series, aws_region, '' as pool_id, '' as client_id, '' as agent, country, '' as factor,
    part.reason as reason, coalesce(part.kind, '') as kind, '' as via, sum(sign * part.amount)::bigint as change
from part
where part.amount <> 0
group by all
having sum(sign * part.amount) <> 0
