-- purpose: totals are shown once every log group was read to the present
-- parameters: none
update settlement set is_shown = true
where not is_shown and (select bool_and(is_caught_up) from watermark)
