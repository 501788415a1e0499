-- purpose: totals are shown from now on; where there is none yet, nobody has seen one that could fall
-- parameters: none
update settlement set is_shown = true where not is_shown and exists (select 1 from counter where shown > 0)
