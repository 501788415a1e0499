-- purpose: the day of the oldest stored event; before it, absence of events is no evidence
-- parameters: none
-- grain: one row
-- columns: day (null in an empty store)
select min(day) as day from daily_count
