-- purpose: names of tables and views that the engine or the store use for themselves
-- parameters: none
-- grain: one row per name
-- columns: name, in lower case
select lower(table_name) as name from duckdb_tables() where schema_name <> 'public'
union
select lower(view_name) from duckdb_views() where schema_name <> 'public'
