-- What every PostgreSQL tells of itself, for the tables that there are here. `pg` holds what clients call pg_catalog,
-- `info` what they call information_schema. Numbers without sign are oids. The rows of mart and mart_column come from
-- the list of marts.
create schema pg;
create schema info;

create table pg.mart (oid uinteger, name varchar, columns smallint, purpose varchar);
create table pg.mart_column (
    mart_oid uinteger, number smallint, name varchar, type_oid uinteger, size smallint, meaning varchar
);

-- Schemas, roles, databases.
create view pg.pg_namespace as
select
    oid::uinteger as oid, nspname, 10::uinteger as nspowner, null::varchar[] as nspacl
from (values (11, 'pg_catalog'), (2200, 'public'), (13000, 'information_schema')) as known (oid, nspname);

create view pg.pg_roles as
select
    'mfascope' as rolname, false as rolsuper, true as rolinherit, false as rolcreaterole, false as rolcreatedb,
    true as rolcanlogin, false as rolreplication, -1 as rolconnlimit, '********' as rolpassword,
    null::timestamp as rolvaliduntil, false as rolbypassrls, null::varchar[] as rolconfig, 10::uinteger as oid;
create view pg.pg_authid as select * from pg.pg_roles;
create view pg.pg_user as
select
    rolname as usename, oid as usesysid, rolcreatedb as usecreatedb, rolsuper as usesuper, rolreplication as userepl,
    rolbypassrls as usebypassrls, rolpassword as passwd, rolvaliduntil as valuntil, rolconfig as useconfig
from pg.pg_roles;
create table pg.pg_auth_members (
    oid uinteger, roleid uinteger, member uinteger, grantor uinteger, admin_option boolean, inherit_option boolean,
    set_option boolean
);
create table pg.pg_group (groname varchar, grosysid uinteger, grolist uinteger[]);

create view pg.pg_database as
select
    5::uinteger as oid, 'mfascope' as datname, 10::uinteger as datdba, 6 as encoding, 'c' as datlocprovider,
    false as datistemplate, true as datallowconn, -1 as datconnlimit, 0::uinteger as datlastsysoid,
    0::bigint as datfrozenxid, 0::bigint as datminmxid, 1663::uinteger as dattablespace, 'C' as datcollate,
    'C' as datctype, null::varchar as daticulocale, null::varchar as daticurules, null::varchar as datcollversion,
    null::varchar[] as datacl;
create view pg.pg_tablespace as
select
    1663::uinteger as oid, 'pg_default' as spcname, 10::uinteger as spcowner, null::varchar[] as spcacl,
    null::varchar[] as spcoptions;
create view pg.pg_am as
select 2::uinteger as oid, 'heap' as amname, 'heap_tableam_handler' as amhandler, 't' as amtype;

-- Types, and those of their lists.
create table pg.base_type (oid uinteger, list_oid uinteger, name varchar, size smallint, category varchar, long varchar);
insert into pg.base_type values
    (16, 1000, 'bool', 1, 'B', 'boolean'), (17, 1001, 'bytea', -1, 'U', 'bytea'), (18, 1002, 'char', 1, 'Z', '"char"'),
    (19, 1003, 'name', 64, 'S', 'name'), (20, 1016, 'int8', 8, 'N', 'bigint'), (21, 1005, 'int2', 2, 'N', 'smallint'),
    (22, 1006, 'int2vector', -1, 'A', 'int2vector'), (23, 1007, 'int4', 4, 'N', 'integer'),
    (24, 1008, 'regproc', 4, 'N', 'regproc'), (25, 1009, 'text', -1, 'S', 'text'), (26, 1028, 'oid', 4, 'N', 'oid'),
    (30, 1013, 'oidvector', -1, 'A', 'oidvector'), (114, 199, 'json', -1, 'U', 'json'),
    (700, 1021, 'float4', 4, 'N', 'real'), (701, 1022, 'float8', 8, 'N', 'double precision'),
    (705, 0, 'unknown', -2, 'X', 'unknown'), (1042, 1014, 'bpchar', -1, 'S', 'character'),
    (1043, 1015, 'varchar', -1, 'S', 'character varying'), (1082, 1182, 'date', 4, 'D', 'date'),
    (1083, 1183, 'time', 8, 'D', 'time without time zone'),
    (1114, 1115, 'timestamp', 8, 'D', 'timestamp without time zone'),
    (1184, 1185, 'timestamptz', 8, 'D', 'timestamp with time zone'), (1186, 1187, 'interval', 16, 'T', 'interval'),
    (1266, 1270, 'timetz', 12, 'D', 'time with time zone'), (1700, 1231, 'numeric', -1, 'N', 'numeric'),
    (2205, 2210, 'regclass', 4, 'N', 'regclass'), (2206, 2211, 'regtype', 4, 'N', 'regtype'),
    (2249, 2287, 'record', -1, 'P', 'record'), (2278, 0, 'void', 4, 'P', 'void'), (2950, 2951, 'uuid', 16, 'U', 'uuid'),
    (3802, 3807, 'jsonb', -1, 'U', 'jsonb');
create view pg.any_type as
select oid, list_oid, 0::uinteger as member_oid, name, size, category, long from pg.base_type
union all
select list_oid, 0, oid, '_' || name, -1, 'A', long || '[]' from pg.base_type where list_oid <> 0;
create view pg.pg_type as
select
    oid, name as typname, 11::uinteger as typnamespace, 10::uinteger as typowner, size as typlen,
    size between 1 and 8 as typbyval, if(category = 'P', 'p', 'b') as typtype, category as typcategory,
    name in ('bool', 'float8', 'inet', 'interval', 'oid', 'text', 'timestamptz') as typispreferred,
    true as typisdefined, ',' as typdelim, 0::uinteger as typrelid, if(member_oid = 0, '-', 'array_subscript_handler')
    as typsubscript, member_oid as typelem, list_oid as typarray, if(member_oid = 0, name || 'in', 'array_in') as typinput,
    if(member_oid = 0, name || 'out', 'array_out') as typoutput,
    if(member_oid = 0, name || 'recv', 'array_recv') as typreceive,
    if(member_oid = 0, name || 'send', 'array_send') as typsend, '-' as typmodin, '-' as typmodout, '-' as typanalyze,
    'i' as typalign, if(size < 0, 'x', 'p') as typstorage, false as typnotnull, 0::uinteger as typbasetype,
    -1 as typtypmod, 0 as typndims, if(category = 'S', 100, 0)::uinteger as typcollation,
    null::varchar as typdefaultbin, null::varchar as typdefault, null::varchar[] as typacl
from pg.any_type;

-- Tables and their columns. Tables of the catalogue itself are there for those that look up their oid.
create view pg.relation as
select
    oid, name, 2200::uinteger as namespace_oid, columns
from pg.mart
union all
select
    oid, name, 11, 0
from (
    values
        (1247, 'pg_type'), (1249, 'pg_attribute'), (1255, 'pg_proc'), (1259, 'pg_class'), (1260, 'pg_authid'),
        (1262, 'pg_database'), (2604, 'pg_attrdef'), (2606, 'pg_constraint'), (2609, 'pg_description'),
        (2610, 'pg_index'), (2615, 'pg_namespace'), (2618, 'pg_rewrite'), (2620, 'pg_trigger'), (3079, 'pg_extension'),
        (3381, 'pg_statistic_ext'), (6104, 'pg_publication')
) as known (oid, name);
create view pg.pg_class as
select
    oid::uinteger as oid, name as relname, namespace_oid as relnamespace, 0::uinteger as reltype,
    0::uinteger as reloftype, 10::uinteger as relowner, 2::uinteger as relam, oid::uinteger as relfilenode,
    0::uinteger as reltablespace, 0 as relpages, -1::real as reltuples, 0 as relallvisible,
    0::uinteger as reltoastrelid, false as relhasindex, false as relisshared, 'p' as relpersistence, 'r' as relkind,
    columns as relnatts, 0::smallint as relchecks, false as relhasrules, false as relhastriggers,
    false as relhassubclass, false as relrowsecurity, false as relforcerowsecurity, true as relispopulated,
    'n' as relreplident, false as relispartition, 0::uinteger as relrewrite, 0::bigint as relfrozenxid,
    0::bigint as relminmxid, null::varchar[] as relacl, null::varchar[] as reloptions, null::varchar as relpartbound,
    false as relhasoids
from pg.relation;
create view pg.pg_attribute as
select
    mart_oid as attrelid, name as attname, type_oid as atttypid, -1 as attstattarget, size as attlen, number as attnum,
    0::smallint as attndims, -1 as attcacheoff, -1 as atttypmod, size between 1 and 8 as attbyval, 'i' as attalign,
    if(size < 0, 'x', 'p') as attstorage, '' as attcompression, false as attnotnull, false as atthasdef,
    false as atthasmissing, '' as attidentity, '' as attgenerated, false as attisdropped, true as attislocal,
    0::smallint as attinhcount, if(type_oid in (25, 1043), 100, 0)::uinteger as attcollation,
    null::varchar[] as attacl, null::varchar[] as attoptions, null::varchar[] as attfdwoptions,
    null::varchar as attmissingval
from pg.mart_column;
create view pg.pg_description as
select oid as objoid, 1259::uinteger as classoid, 0 as objsubid, purpose as description from pg.mart
union all
select mart_oid, 1259, number, meaning from pg.mart_column;
create view pg.pg_tables as
select
    'public' as schemaname, name as tablename, 'mfascope' as tableowner, null::varchar as tablespace,
    false as hasindexes, false as hasrules, false as hastriggers, false as rowsecurity
from pg.mart;
create view pg.pg_collation as
select
    oid::uinteger as oid, collname, 11::uinteger as collnamespace, 10::uinteger as collowner, 'c' as collprovider,
    true as collisdeterministic, -1 as collencoding, collname as collcollate, collname as collctype,
    null::varchar as colliculocale, null::varchar as collicurules, null::varchar as collversion
from (values (100, 'default'), (950, 'C')) as known (oid, collname);

-- What there is none of.
create table pg.pg_aggregate (aggfnoid uinteger, aggkind varchar, aggnumdirectargs smallint);
create table pg.pg_attrdef (oid uinteger, adrelid uinteger, adnum smallint, adbin varchar);
create table pg.pg_cast (oid uinteger, castsource uinteger, casttarget uinteger, castfunc uinteger, castcontext varchar, castmethod varchar);
create table pg.pg_constraint (
    oid uinteger, conname varchar, connamespace uinteger, contype varchar, condeferrable boolean, condeferred boolean,
    convalidated boolean, conrelid uinteger, contypid uinteger, conindid uinteger, conparentid uinteger,
    confrelid uinteger, confupdtype varchar, confdeltype varchar, confmatchtype varchar, conislocal boolean,
    coninhcount smallint, connoinherit boolean, conkey smallint[], confkey smallint[], conpfeqop uinteger[],
    conppeqop uinteger[], conffeqop uinteger[], confdelsetcols smallint[], conexclop uinteger[], conbin varchar,
    consrc varchar
);
create table pg.pg_depend (
    classid uinteger, objid uinteger, objsubid integer, refclassid uinteger, refobjid uinteger, refobjsubid integer,
    deptype varchar
);
create table pg.pg_enum (oid uinteger, enumtypid uinteger, enumsortorder real, enumlabel varchar);
create table pg.pg_event_trigger (oid uinteger, evtname varchar, evtevent varchar, evtowner uinteger, evtfoid uinteger, evtenabled varchar, evttags varchar[]);
create table pg.pg_extension (
    oid uinteger, extname varchar, extowner uinteger, extnamespace uinteger, extrelocatable boolean, extversion varchar,
    extconfig uinteger[], extcondition varchar[]
);
create table pg.pg_foreign_data_wrapper (oid uinteger, fdwname varchar, fdwowner uinteger, fdwhandler uinteger, fdwvalidator uinteger, fdwacl varchar[], fdwoptions varchar[]);
create table pg.pg_foreign_server (oid uinteger, srvname varchar, srvowner uinteger, srvfdw uinteger, srvtype varchar, srvversion varchar, srvacl varchar[], srvoptions varchar[]);
create table pg.pg_foreign_table (ftrelid uinteger, ftserver uinteger, ftoptions varchar[]);
create table pg.pg_index (
    indexrelid uinteger, indrelid uinteger, indnatts smallint, indnkeyatts smallint, indisunique boolean,
    indnullsnotdistinct boolean, indisprimary boolean, indisexclusion boolean, indimmediate boolean,
    indisclustered boolean, indisvalid boolean, indcheckxmin boolean, indisready boolean, indislive boolean,
    indisreplident boolean, indkey smallint[], indcollation uinteger[], indclass uinteger[], indoption smallint[],
    indexprs varchar, indpred varchar
);
create table pg.pg_indexes (schemaname varchar, tablename varchar, indexname varchar, tablespace varchar, indexdef varchar);
create table pg.pg_inherits (inhrelid uinteger, inhparent uinteger, inhseqno integer, inhdetachpending boolean);
create table pg.pg_language (oid uinteger, lanname varchar, lanowner uinteger, lanispl boolean, lanpltrusted boolean, lanplcallfoid uinteger, laninline uinteger, lanvalidator uinteger, lanacl varchar[]);
create table pg.pg_locks (locktype varchar, database uinteger, relation uinteger, pid integer, mode varchar, granted boolean);
create table pg.pg_matviews (schemaname varchar, matviewname varchar, matviewowner varchar, tablespace varchar, hasindexes boolean, ispopulated boolean, definition varchar);
create table pg.pg_opclass (oid uinteger, opcmethod uinteger, opcname varchar, opcnamespace uinteger, opcowner uinteger, opcfamily uinteger, opcintype uinteger, opcdefault boolean, opckeytype uinteger);
create table pg.pg_operator (oid uinteger, oprname varchar, oprnamespace uinteger, oprowner uinteger, oprkind varchar, oprleft uinteger, oprright uinteger, oprresult uinteger, oprcode varchar);
create table pg.pg_partitioned_table (partrelid uinteger, partstrat varchar, partnatts smallint, partdefid uinteger, partattrs smallint[], partexprs varchar);
create table pg.pg_policy (oid uinteger, polname varchar, polrelid uinteger, polcmd varchar, polpermissive boolean, polroles uinteger[], polqual varchar, polwithcheck varchar);
create table pg.pg_proc (
    oid uinteger, proname varchar, pronamespace uinteger, proowner uinteger, prolang uinteger, procost real,
    prorows real, provariadic uinteger, prosupport varchar, prokind varchar, prosecdef boolean, proleakproof boolean,
    proisstrict boolean, proretset boolean, provolatile varchar, proparallel varchar, pronargs smallint,
    pronargdefaults smallint, prorettype uinteger, proargtypes uinteger[], proallargtypes uinteger[],
    proargmodes varchar[], proargnames varchar[], proargdefaults varchar, protrftypes uinteger[], prosrc varchar,
    probin varchar, prosqlbody varchar, proconfig varchar[], proacl varchar[]
);
create table pg.pg_publication (oid uinteger, pubname varchar, pubowner uinteger, puballtables boolean, pubinsert boolean, pubupdate boolean, pubdelete boolean, pubtruncate boolean, pubviaroot boolean);
create table pg.pg_publication_namespace (oid uinteger, pnpubid uinteger, pnnspid uinteger);
create table pg.pg_publication_rel (oid uinteger, prpubid uinteger, prrelid uinteger, prqual varchar, prattrs smallint[]);
create table pg.pg_range (rngtypid uinteger, rngsubtype uinteger, rngmultitypid uinteger, rngcollation uinteger, rngsubopc uinteger);
create table pg.pg_rewrite (oid uinteger, rulename varchar, ev_class uinteger, ev_type varchar, ev_enabled varchar, is_instead boolean, ev_qual varchar, ev_action varchar);
create table pg.pg_seclabel (objoid uinteger, classoid uinteger, objsubid integer, provider varchar, label varchar);
create table pg.pg_sequence (seqrelid uinteger, seqtypid uinteger, seqstart bigint, seqincrement bigint, seqmax bigint, seqmin bigint, seqcache bigint, seqcycle boolean);
create table pg.pg_sequences (schemaname varchar, sequencename varchar, sequenceowner varchar, data_type varchar, last_value bigint);
create table pg.pg_shdescription (objoid uinteger, classoid uinteger, description varchar);
create table pg.pg_stat_activity (
    datid uinteger, datname varchar, pid integer, usesysid uinteger, usename varchar, application_name varchar,
    client_addr varchar, backend_start timestamp, query_start timestamp, state varchar, query varchar
);
create table pg.pg_stat_user_tables (relid uinteger, schemaname varchar, relname varchar, n_live_tup bigint, n_dead_tup bigint, seq_scan bigint, idx_scan bigint);
create table pg.pg_statio_user_tables (relid uinteger, schemaname varchar, relname varchar, heap_blks_read bigint, heap_blks_hit bigint);
create table pg.pg_statistic_ext (oid uinteger, stxrelid uinteger, stxname varchar, stxnamespace uinteger, stxowner uinteger, stxstattarget integer, stxkeys smallint[], stxkind varchar[], stxexprs varchar);
create table pg.pg_subscription (oid uinteger, subdbid uinteger, subname varchar, subowner uinteger, subenabled boolean, subpublications varchar[]);
create table pg.pg_trigger (
    oid uinteger, tgrelid uinteger, tgparentid uinteger, tgname varchar, tgfoid uinteger, tgtype smallint,
    tgenabled varchar, tgisinternal boolean, tgconstrrelid uinteger, tgconstrindid uinteger, tgconstraint uinteger,
    tgdeferrable boolean, tginitdeferred boolean, tgnargs smallint, tgattr smallint[], tgargs varchar, tgqual varchar,
    tgoldtable varchar, tgnewtable varchar
);
create table pg.pg_views (schemaname varchar, viewname varchar, viewowner varchar, definition varchar);
create table pg.pg_timezone_names (name varchar, abbrev varchar, utc_offset interval, is_dst boolean);
insert into pg.pg_timezone_names values ('UTC', 'UTC', interval 0 seconds, false);
create table pg.pg_available_extensions (name varchar, default_version varchar, installed_version varchar, comment varchar);
create table pg.pg_conversion (oid uinteger, conname varchar, connamespace uinteger, conowner uinteger, conforencoding integer, contoencoding integer, conproc varchar, condefault boolean);
create table pg.pg_cursors (name varchar, statement varchar, is_holdable boolean, is_binary boolean, is_scrollable boolean, creation_time timestamp);
create table pg.pg_db_role_setting (setdatabase uinteger, setrole uinteger, setconfig varchar[]);
create table pg.pg_default_acl (oid uinteger, defaclrole uinteger, defaclnamespace uinteger, defaclobjtype varchar, defaclacl varchar[]);
create table pg.pg_largeobject_metadata (oid uinteger, lomowner uinteger, lomacl varchar[]);
create table pg.pg_opfamily (oid uinteger, opfmethod uinteger, opfname varchar, opfnamespace uinteger, opfowner uinteger);
create table pg.pg_prepared_statements (name varchar, statement varchar, prepare_time timestamp, parameter_types varchar[], from_sql boolean);
create table pg.pg_stat_database (datid uinteger, datname varchar, numbackends integer, xact_commit bigint, xact_rollback bigint, blks_read bigint, blks_hit bigint, tup_returned bigint, tup_fetched bigint, tup_inserted bigint, tup_updated bigint, tup_deleted bigint);
create table pg.pg_stats (schemaname varchar, tablename varchar, attname varchar, null_frac real, avg_width integer, n_distinct real);
create table pg.pg_ts_config (oid uinteger, cfgname varchar, cfgnamespace uinteger, cfgowner uinteger, cfgparser uinteger);
create table pg.pg_ts_dict (oid uinteger, dictname varchar, dictnamespace uinteger, dictowner uinteger, dicttemplate uinteger, dictinitoption varchar);
create table pg.pg_ts_parser (oid uinteger, prsname varchar, prsnamespace uinteger);
create table pg.pg_ts_template (oid uinteger, tmplname varchar, tmplnamespace uinteger);
create table pg.pg_user_mappings (umid uinteger, srvid uinteger, srvname varchar, umuser uinteger, usename varchar, umoptions varchar[]);
create view pg.pg_settings as
select
    name, setting, null::varchar as unit, 'Client' as category, '' as short_desc, '' as extra_desc, 'user' as context,
    'string' as vartype, 'default' as source, null::varchar as min_val, null::varchar as max_val,
    null::varchar[] as enumvals, setting as boot_val, setting as reset_val, false as pending_restart
from (
    values
        ('max_index_keys', '32'), ('max_identifier_length', '63'), ('server_version', '16.0'),
        ('server_version_num', '160000'), ('standard_conforming_strings', 'on'), ('TimeZone', 'UTC'),
        ('search_path', 'public'), ('server_encoding', 'UTF8')
) as known (name, setting);

-- information_schema.
create view info.schemata as
select
    'mfascope' as catalog_name, nspname as schema_name, 'mfascope' as schema_owner,
    null::varchar as default_character_set_catalog, null::varchar as default_character_set_schema,
    null::varchar as default_character_set_name, null::varchar as sql_path
from pg.pg_namespace;
create view info.tables as
select
    'mfascope' as table_catalog, 'public' as table_schema, name as table_name, 'BASE TABLE' as table_type,
    null::varchar as self_referencing_column_name, null::varchar as reference_generation,
    null::varchar as user_defined_type_catalog, null::varchar as user_defined_type_schema,
    null::varchar as user_defined_type_name, 'NO' as is_insertable_into, 'NO' as is_typed,
    null::varchar as commit_action
from pg.mart;
create view info.columns as
select
    'mfascope' as table_catalog, 'public' as table_schema, mart.name as table_name, mart_column.name as column_name,
    mart_column.number::integer as ordinal_position, null::varchar as column_default, 'YES' as is_nullable,
    if(any_type.member_oid = 0, any_type.long, 'ARRAY') as data_type, null::integer as character_maximum_length,
    null::integer as character_octet_length,
    case any_type.name when 'int2' then 16 when 'int4' then 32 when 'int8' then 64 when 'float4' then 24 when 'float8'
    then 53 end as numeric_precision, if(any_type.category = 'N', if(any_type.name = 'numeric', 10, 2), null)
    as numeric_precision_radix, if(any_type.name in ('int2', 'int4', 'int8'), 0, null) as numeric_scale,
    if(any_type.name in ('timestamp', 'timestamptz', 'time'), 6, if(any_type.name = 'date', 0, null))
    as datetime_precision, null::varchar as interval_type, null::varchar as character_set_name,
    null::varchar as collation_name, null::varchar as domain_name, 'mfascope' as udt_catalog,
    'pg_catalog' as udt_schema, any_type.name as udt_name, mart_column.number::varchar as dtd_identifier,
    'NO' as is_self_referencing, 'NO' as is_identity, null::varchar as identity_generation, 'NEVER' as is_generated,
    null::varchar as generation_expression, 'NO' as is_updatable
from pg.mart
join pg.mart_column on mart_column.mart_oid = mart.oid
join pg.any_type on any_type.oid = mart_column.type_oid;
create table info.views (table_catalog varchar, table_schema varchar, table_name varchar, view_definition varchar, check_option varchar, is_updatable varchar);
create table info.table_constraints (constraint_catalog varchar, constraint_schema varchar, constraint_name varchar, table_catalog varchar, table_schema varchar, table_name varchar, constraint_type varchar);
create table info.key_column_usage (constraint_catalog varchar, constraint_schema varchar, constraint_name varchar, table_catalog varchar, table_schema varchar, table_name varchar, column_name varchar, ordinal_position integer, position_in_unique_constraint integer);
create table info.referential_constraints (constraint_catalog varchar, constraint_schema varchar, constraint_name varchar, unique_constraint_schema varchar, unique_constraint_name varchar, update_rule varchar, delete_rule varchar);
create table info.constraint_column_usage (table_catalog varchar, table_schema varchar, table_name varchar, column_name varchar, constraint_schema varchar, constraint_name varchar);
create table info.routines (specific_schema varchar, specific_name varchar, routine_catalog varchar, routine_schema varchar, routine_name varchar, routine_type varchar, data_type varchar);
create table info.parameters (specific_schema varchar, specific_name varchar, ordinal_position integer, parameter_mode varchar, parameter_name varchar, data_type varchar);
create table info.sequences (sequence_catalog varchar, sequence_schema varchar, sequence_name varchar, data_type varchar);
create table info.triggers (trigger_schema varchar, trigger_name varchar, event_object_table varchar);
create view info.table_privileges as
select
    'mfascope' as grantor, 'mfascope' as grantee, 'mfascope' as table_catalog, 'public' as table_schema,
    name as table_name, 'SELECT' as privilege_type, 'NO' as is_grantable, 'YES' as with_hierarchy
from pg.mart;
create view info.role_table_grants as select * from info.table_privileges;
create view info.enabled_roles as select 'mfascope' as role_name;
create view info.applicable_roles as
select 'mfascope' as grantee, 'mfascope' as role_name, 'NO' as is_grantable;

-- Names of things, and things by their names.
create macro pg.unqualified(wanted) as
    replace(regexp_replace(wanted, '^("?(public|pg_catalog|information_schema)"?)\.', ''), '"', '');
create macro pg.to_regclass(wanted) as
    if(regexp_full_match(wanted, '\d+'), try_cast(wanted as uinteger),
    (select any_value(relation.oid)::uinteger from pg.relation where relation.name = pg.unqualified(wanted)));
create macro pg.regclass_name(wanted) as
    coalesce((select any_value(relation.name) from pg.relation where relation.oid = wanted::uinteger),
    if(wanted::uinteger = 0, '-', wanted::varchar));
create macro pg.to_regtype(wanted) as
    (select any_value(any_type.oid) from pg.any_type where lower(pg.unqualified(wanted)) in (any_type.name, any_type.long));
create macro pg.to_regnamespace(wanted) as
    (select any_value(pg_namespace.oid) from pg.pg_namespace where nspname = replace(wanted, '"', ''));
create macro pg.regnamespace_name(wanted) as
    (select any_value(nspname) from pg.pg_namespace where pg_namespace.oid = wanted::uinteger);
create macro pg.format_type(wanted, modifier) as
    (select any_value(any_type.long) from pg.any_type where any_type.oid = wanted::uinteger);
create macro pg.pg_get_userbyid(wanted) as if(wanted::uinteger = 10, 'mfascope', 'unknown (OID=' || wanted || ')');
create macro pg.obj_description(object, class := null) as
    (select any_value(description) from pg.pg_description where objoid = object::uinteger and objsubid = 0);
create macro pg.col_description(object, place) as
    (select any_value(description) from pg.pg_description where objoid = object::uinteger and objsubid = place);
create macro pg.shobj_description(object, class) as null::varchar;
create macro pg.quote_ident(wanted) as
    if(regexp_full_match(wanted, '[a-z_][a-z0-9_]*'), wanted, '"' || replace(wanted, '"', '""') || '"');
create macro pg.quote_literal(value) as '''' || replace(value, '''', '''''') || '''';
create macro pg.format(form, a) as regexp_replace(form, '%[IsL]', a),
    (form, a, b) as regexp_replace(regexp_replace(form, '%[IsL]', a), '%[IsL]', b),
    (form, a, b, c) as regexp_replace(regexp_replace(regexp_replace(form, '%[IsL]', a), '%[IsL]', b), '%[IsL]', c);
create macro pg.array_upper(a, dimension) as len(a);
create macro pg.array_lower(a, dimension) as if(len(a) > 0, 1, null);
create macro pg.current_setting(a) as null::varchar, (a, b) as null::varchar;
create macro pg.current_schemas(all_of_them) as if(all_of_them, ['pg_catalog', 'public'], ['public']);

-- What is visible, and what may be done: everything may be read.
create macro pg.pg_table_is_visible(wanted) as wanted is not null;
create macro pg.pg_type_is_visible(wanted) as wanted is not null;
create macro pg.pg_function_is_visible(wanted) as true;
create macro pg.pg_operator_is_visible(wanted) as true;
create macro pg.pg_opclass_is_visible(wanted) as true;
create macro pg.pg_collation_is_visible(wanted) as true;
create macro pg.pg_is_other_temp_schema(wanted) as false;
create macro pg.pg_my_temp_schema() as 0::uinteger;
create macro pg.pg_has_role(a, b) as true, (a, b, c) as true;
create macro pg.has_database_privilege(a, b) as upper(b) = 'CONNECT', (a, b, c) as upper(c) = 'CONNECT';
create macro pg.has_schema_privilege(a, b) as upper(b) = 'USAGE', (a, b, c) as upper(c) = 'USAGE';
create macro pg.has_table_privilege(a, b) as contains(upper(b), 'SELECT'), (a, b, c) as contains(upper(c), 'SELECT');
create macro pg.has_any_column_privilege(a, b) as contains(upper(b), 'SELECT'), (a, b, c) as contains(upper(c), 'SELECT');
create macro pg.has_column_privilege(a, b, c) as contains(upper(c), 'SELECT'), (a, b, c, d) as contains(upper(d), 'SELECT');
create macro pg.has_function_privilege(a, b) as false, (a, b, c) as false;
create macro pg.has_sequence_privilege(a, b) as false, (a, b, c) as false;
create macro pg.pg_relation_is_updatable(a, b) as 0;
create macro pg.row_security_active(a) as false;
create macro pg.pg_relation_is_publishable(a) as false;
create macro pg.pg_opfamily_is_visible(a) as true;
create macro pg.pg_conversion_is_visible(a) as true;
create macro pg.pg_ts_config_is_visible(a) as true;
create macro pg.pg_ts_dict_is_visible(a) as true;
create macro pg.pg_ts_parser_is_visible(a) as true;
create macro pg.pg_ts_template_is_visible(a) as true;
create macro pg.pg_statistics_obj_is_visible(a) as true;

-- Texts and sizes that nothing here has.
create macro pg.pg_get_expr(a, b) as null::varchar, (a, b, c) as null::varchar;
create macro pg.pg_get_viewdef(a) as null::varchar, (a, b) as null::varchar;
create macro pg.pg_get_constraintdef(a) as null::varchar, (a, b) as null::varchar;
create macro pg.pg_get_indexdef(a) as null::varchar, (a, b, c) as null::varchar;
create macro pg.pg_get_ruledef(a) as null::varchar, (a, b) as null::varchar;
create macro pg.pg_get_triggerdef(a) as null::varchar, (a, b) as null::varchar;
create macro pg.pg_get_functiondef(a) as null::varchar;
create macro pg.pg_get_function_result(a) as null::varchar;
create macro pg.pg_get_function_arguments(a) as null::varchar;
create macro pg.pg_get_function_identity_arguments(a) as null::varchar;
create macro pg.pg_get_partkeydef(a) as null::varchar;
create macro pg.pg_get_serial_sequence(a, b) as null::varchar;
create macro pg.pg_get_statisticsobjdef_columns(a) as null::varchar;
create macro pg.pg_index_column_has_property(a, b, c) as null::boolean;
create macro pg.pg_encoding_to_char(wanted) as 'UTF8';
create macro pg.getdatabaseencoding() as 'UTF8';
create macro pg.pg_get_keywords() as table
    select keyword_name as word, upper(keyword_category[1]) as catcode, keyword_category as catdesc from duckdb_keywords();
create macro pg.pg_char_to_encoding(wanted) as 6;
create macro pg.pg_tablespace_location(wanted) as '';
create macro pg.pg_database_size(wanted) as 0::bigint;
create macro pg.pg_table_size(wanted) as 0::bigint;
create macro pg.pg_relation_size(wanted) as 0::bigint, (wanted, fork) as 0::bigint;
create macro pg.pg_total_relation_size(wanted) as 0::bigint;
create macro pg.pg_indexes_size(wanted) as 0::bigint;
create macro pg.pg_size_pretty(bytes) as bytes || ' bytes';
create macro pg.pg_stat_get_numscans(wanted) as 0::bigint;
create macro pg.pg_is_in_recovery() as false;
create macro pg.pg_postmaster_start_time() as null::timestamp;
create macro pg.pg_conf_load_time() as null::timestamp;
create macro pg.pg_relation_filenode(wanted) as 0::uinteger;
create macro pg.inet_server_addr() as null::varchar;
create macro pg.inet_server_port() as null::integer;
create macro pg.inet_client_addr() as null::varchar;
create macro pg.txid_current() as 1::bigint;
create macro pg.age(a) as 0;
create macro pg.pg_column_is_updatable(a, b, c) as false;
create macro info._pg_expandarray(a) as {'x': null::integer, 'n': null::integer};
create macro info._pg_char_max_length(a, b) as null::integer;
create macro info._pg_numeric_precision(a, b) as null::integer;
create macro info._pg_numeric_scale(a, b) as null::integer;
create macro info._pg_truetypid(a, b) as null::uinteger;
create macro info._pg_truetypmod(a, b) as null::integer;
