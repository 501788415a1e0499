-- purpose: files of history that were read to their end
-- parameters: none
-- grain: one row per file
select file_id from imported_file
