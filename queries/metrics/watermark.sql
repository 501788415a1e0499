-- purpose: how far the streams were read
-- parameters: none
-- grain: one row per source and stream
-- columns: read_through, data_through (null before the first line)
select source, stream, read_through, data_through
from watermark
order by all
