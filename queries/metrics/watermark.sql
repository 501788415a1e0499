-- purpose: how far the streams were read
-- parameters: none
-- grain: one row per source and stream
-- columns: read_through, data_through (null before the first line), is_caught_up
select source, stream, read_through, data_through, is_caught_up
from watermark
order by all
