-- title: Challenges that nobody answers
-- purpose: MFA challenges that were issued and neither answered in time nor followed by a newer one: no code
--   arrived, or the user gave up. Where records do not name the challenges they issue there is no row. Whole UTC days
-- parameters: $from, $to, $aws_region, $pool_id, $client_id, $factor
-- grain: one row per pool, app client and factor; most surely abandoned first
-- place: challenges
-- columns:
--   aws_region: where the calls ran
--   pool_id: user pool
--   client_id: app client
--   client_name: its name; null where no listing tells
--   factor: factor of the challenge
--   issued: challenges issued
--   abandoned: of them, abandoned ones
--   abandoned_ratio: abandoned of issued
--   abandoned_low: lower end of Wilson's 95 % interval
--   abandoned_high: upper end of it
with
counted as (
    select
        aws_region, pool_id, client_id, factor,
        coalesce(sum(events) filter (where series = 'issued'), 0)::bigint as issued,
        coalesce(sum(events) filter (where series = 'abandoned'), 0)::bigint as abandoned
    from counts_by_day
    where series in ('issued', 'abandoned')
      and day >= $from::timestamp::date and day <= ($to::timestamp - interval 1 microsecond)::date
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($client_id::varchar is null or client_id = $client_id)
      and ($factor::varchar is null or factor = $factor)
    group by all
),
-- a replica lists a client again
named as (
    select client_id, max(client_name) as client_name from clients group by client_id
),
-- half the width of the interval, times what it is divided by
rated as (
    select
        counted.aws_region, counted.pool_id, counted.client_id, named.client_name, counted.factor, counted.issued,
        counted.abandoned,
        1.96 * sqrt(
            3.8416
            + 4 * counted.abandoned * (greatest(counted.issued - counted.abandoned, 0) / nullif(counted.issued, 0))
        ) as spread
    from counted
    left join named on named.client_id = counted.client_id
)
select
    aws_region, pool_id, client_id, client_name, factor, issued, abandoned,
    abandoned / nullif(issued, 0) as abandoned_ratio,
    (2 * abandoned + 3.8416 - spread) / (2 * (issued + 3.8416)) as abandoned_low,
    (2 * abandoned + 3.8416 + spread) / (2 * (issued + 3.8416)) as abandoned_high
from rated
order by abandoned_low desc, issued desc, aws_region, pool_id, client_id, factor
limit 1000
