-- purpose: the bucket of a delivery delay
-- parameters: delay_ms
-- columns: upper bound in seconds, '+Inf' for the last
create or replace macro delay_bucket(delay_ms) as
case
    when delay_ms <= 1000 then '1'
    when delay_ms <= 2000 then '2'
    when delay_ms <= 3000 then '3'
    when delay_ms <= 5000 then '5'
    when delay_ms <= 10000 then '10'
    when delay_ms <= 20000 then '20'
    when delay_ms <= 30000 then '30'
    when delay_ms <= 60000 then '60'
    when delay_ms <= 120000 then '120'
    when delay_ms <= 300000 then '300'
    when delay_ms <= 900000 then '900'
    when delay_ms is not null then '+Inf'
end
