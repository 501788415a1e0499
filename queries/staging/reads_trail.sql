-- purpose: whether a trail is read, which then tells what is old enough to be settled
-- parameters: none
-- grain: one row
select count(*) > 0 as reads_trail from watermark where stream = 'cloudtrail' and read_through is not null
