-- purpose: since when and up to when sign-ins are on record
-- parameters: none
-- grain: one row; null where nothing is on record
-- columns: began_at: the first hour; ended_at: up to when every trail was read, or where none is, the end of the last hour
select
    min(hour) as began_at,
    coalesce(
        (select min(coalesce(read_through, data_through)) from watermark where stream = 'cloudtrail'),
        max(hour) + interval 1 hour
    ) as ended_at
from hourly_count
