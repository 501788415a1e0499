-- purpose: how far the log groups were read
-- parameters: none
-- grain: one row per source, stream and log group ('' in a mark of an earlier version, until it is read again)
-- columns: read_through, data_through (null before the first line), is_caught_up
select source, stream, log_group, read_through, data_through, is_caught_up
from watermark
order by all
