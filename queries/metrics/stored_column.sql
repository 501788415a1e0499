-- purpose: columns of the tables that are in the file, but for the number of its schema
-- parameters: none
-- grain: one row per column, table by table
-- columns: table_name, column_name, is_uuid
select table_name, column_name, data_type = 'UUID' as is_uuid
from duckdb_columns()
where database_name = current_database() and schema_name = 'main' and not internal
  and table_name in (select table_name from duckdb_tables() where database_name = current_database() and not temporary)
  and table_name <> 'schema_version'
order by table_name, column_index
