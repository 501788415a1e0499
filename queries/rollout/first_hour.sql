-- purpose: the first hour on record
-- parameters: none
-- grain: one row; null where nothing is on record
select min(hour) as hour
from hourly_count
