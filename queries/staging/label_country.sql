-- purpose: give the countries with most messages and requests a label of their own, while labels are left.
--   Not before the history is read: only then it is known which have most
-- parameters: $most: labels
-- grain: one row per country
insert into country_label
select country
from counter
where series in ('sms_messages', 'sms_requests') and country not in ('', 'unknown')
  and country not in (select country from country_label)
  and not exists (select 1 from watermark where not is_caught_up)
group by country
order by sum(truth) desc, country
limit greatest(0, $most - (select count(*) from country_label))
