-- purpose: how requests for SMS codes move the counts; those without a settled country do not yet
-- parameters: none
-- grain: one row per hour and series
insert into moved
select
    date_trunc('hour', requested_at) as hour, part.series as series, aws_region, pool_id,
    '' as client_id, '' as agent, country, '' as factor, '' as reason, purpose as kind, via,
    sum(change * part.amount)::bigint as change
from (
    select
        *,
        unnest([
            {'series': 'sms_requests', 'amount': 1::bigint},
            {'series': 'sms_resends', 'amount': is_resend::bigint},
            {'series': 'sms_conversions', 'amount': is_converted::bigint},
            {'series': 'sms_new_users', 'amount': is_new_user::bigint}
        ]) as part
    from code_change
    where country is not null
)
where part.amount <> 0
group by all
having sum(change * part.amount) <> 0
