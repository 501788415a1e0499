-- purpose: up to when the trails are taken to be complete, before the overlap: where the slowest stands. One
--   that fails for more than a day holds nobody back
-- parameters: none
-- grain: one row
-- columns: read_through (null while some trail has not read its first window)
with
trail as (
    select read_through, is_caught_up, max(read_through) over () as newest
    from watermark
    where stream = 'cloudtrail'
)
select
    case when bool_and(read_through is not null) then min(
        case when is_caught_up then greatest(read_through, newest - interval 1 day) else read_through end
    ) end as read_through
from trail
