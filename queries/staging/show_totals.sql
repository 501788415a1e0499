-- purpose: totals are shown from now on
-- parameters: none
update settlement set is_shown = true where not is_shown
