-- purpose: the totals behind the counters
-- parameters: none
-- grain: one row per series
-- columns: labels ('' where the series has none), total. Countries without a label of their own are 'other'
select
    series, aws_region, pool_id,
    case
        when country in ('', 'unknown') or country in (select country from country_label) then country
        else 'other'
    end as country,
    factor, reason, kind,
    case when series = 'sign_ins' then via else '' end as via,
    sum(shown)::bigint as total
from counter
group by all
order by all
