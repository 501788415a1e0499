-- purpose: the instant that marts judge users by: the daemon says it, a copy of the store takes its own clock
-- parameters: none
-- columns: timestamp, UTC
create or replace macro as_of() as
coalesce(try_cast(getvariable('as_of') as timestamp), make_timestamp(epoch_us(now())))
