//! What may be asked, and what strangers try.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use tempfile::{TempDir, tempdir};

use super::*;
use crate::query::marts;
use crate::store::catalogue;

/// Counts what it is given, and keeps it as text.
#[derive(Default)]
struct Rows {
    head: Vec<String>,
    cells: Vec<String>,
}

impl Receive for Rows {
    type Made = (Vec<String>, Vec<String>);

    fn begin(&mut self, schema: &SchemaRef) -> Result<(), Refusal> {
        self.head = schema.fields().iter().map(|field| field.name().clone()).collect();
        Ok(())
    }

    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        use arrow_cast::display::{ArrayFormatter, FormatOptions};
        for column in rows.columns() {
            let text = ArrayFormatter::try_new(column, &FormatOptions::default()).expect("a formatter");
            self.cells.extend((0..rows.num_rows()).map(|row| text.value(row).to_string()));
        }
        Ok(())
    }

    fn end(self, _: bool) -> Result<Self::Made, Refusal> {
        Ok((self.head, self.cells))
    }
}

fn desk(limits: Limits) -> (TempDir, Desk) {
    let folder = tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
    (folder, Desk::new(store, limits))
}

fn ask(sql: &str) -> Ask {
    let as_of = DateTime::from_timestamp(1_767_225_600, 0).expect("in range");
    Ask { sql: sql.to_owned(), parameters: Bound::Named(Vec::new()), as_of, rows: None }
}

#[tokio::test]
async fn what_may_be_asked_is_answered() {
    let (_folder, desk) = desk(Limits::default());
    for (sql, cells) in [
        ("select 1 as one", vec!["1"]),
        ("select 1 -- a comment", vec!["1"]),
        (" ( select 'a' union all select 'b' order by 1 ) ; ", vec!["a", "b"]),
        ("select count(*) from users", vec!["0"]),
        ("select count(*) from Users, public.pools", vec!["0"]),
        ("from users select count(*)", vec!["0"]),
        ("with pool_of_mine as (select 7 as x), b as (from pool_of_mine) select x from b", vec!["7"]),
        (
            "with recursive t(n) as (values (1) union all select n + 1 from t where n < 3) select max(n) from t",
            vec!["3"],
        ),
        ("select sum(x) from range(5) as t(x)", vec!["10"]),
        ("select unnest([1, 2])", vec!["1", "2"]),
        ("select list_transform([1, 2], lambda x: x + 1)[2]", vec!["3"]),
        ("select country_name from countries where country = 'BR'", vec!["Brazil"]),
        ("values (1), (2)", vec!["1", "2"]),
        ("select (select count(*) from events) + 1", vec!["1"]),
        ("select column_name from (describe clients) limit 1", vec!["client_id"]),
        ("select row_number() over (order by series) from series limit 1", vec!["1"]),
        ("select 'drop table pool; delete from event'", vec!["drop table pool; delete from event"]),
    ] {
        let answered = desk.ask(ask(sql), Rows::default()).await;
        assert_eq!(
            answered.map(|answer| answer.made.1).map_err(|error| error.to_string()),
            Ok(cells.into_iter().map(String::from).collect()),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn parameters_are_bound() {
    let (_folder, desk) = desk(Limits::default());
    let values = json!({"text": "'; drop table pool --", "whole": 7, "real": 0.5, "no": null, "yes": true});
    let parameters = named(values.as_object().expect("an object")).expect("values");
    let sql = "select $text, $whole + 1, $real, $no is null, $yes";
    let answer = desk.ask(Ask { parameters, ..ask(sql) }, Rows::default()).await.expect("an answer");
    assert_eq!(answer.made.1, ["'; drop table pool --", "8", "0.5", "true", "true"]);
    let parameters = positional(&[json!("BR")]).expect("values");
    let sql = "select country_name from countries where country = ?";
    let answer = desk.ask(Ask { parameters, ..ask(sql) }, Rows::default()).await.expect("an answer");
    assert_eq!(answer.made.1, ["Brazil"]);
    for (sql, values) in
        [("select $a", json!({})), ("select $a", json!({"a": 1, "b": 2})), ("select 1", json!({"a": 1}))]
    {
        let parameters = named(values.as_object().expect("an object")).expect("values");
        let refused = desk.ask(Ask { parameters, ..ask(sql) }, Rows::default()).await;
        assert!(matches!(refused, Err(Refusal::Mistaken(_))), "{sql} {values}");
    }
    assert!(named(json!({"a": []}).as_object().expect("an object")).is_err());
}

/// Each line is an attack. Every one is refused with one clear line, and what it aims at is still there.
#[tokio::test]
async fn what_strangers_try() {
    let (folder, desk) = desk(Limits { time: Duration::from_secs(2), memory_mb: 64, ..Limits::default() });
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "a\n1\n").expect("a file");
    let secret = secret.display();
    let long = format!("select '{}'", "x".repeat(LONGEST));
    let doubled = format!("{}'xxxxxxxxxxxxxxxx' as s{}", "select s || s as s from (select ".repeat(34), ")".repeat(34));
    let attacks = [
        // Writing, in any dress.
        "create table evil (i int)".to_owned(),
        "create view users as select 1".to_owned(),
        "drop table event_kind".to_owned(),
        "drop view public.users".to_owned(),
        "alter table pool add column x int".to_owned(),
        "insert into pool select * from pool".to_owned(),
        "update pool set pool_name = ''".to_owned(),
        "delete from occurrence".to_owned(),
        "truncate occurrence".to_owned(),
        "merge into pool using pool as p on true when matched then delete".to_owned(),
        "with gone as (delete from occurrence returning *) select * from gone".to_owned(),
        "vacuum".to_owned(),
        "checkpoint".to_owned(),
        // Several at once, and out of the transaction.
        "select 1; select 2".to_owned(),
        "commit; delete from occurrence".to_owned(),
        "select 1; drop table pool".to_owned(),
        "create table evil (i int); select 1".to_owned(),
        "begin".to_owned(),
        "rollback".to_owned(),
        "commit".to_owned(),
        // Files, the network, extensions, settings.
        format!("copy pool to '{secret}'"),
        format!("copy (select 1) to '{secret}'"),
        format!("copy pool from '{secret}'"),
        format!("export database '{secret}'"),
        "import database '/tmp'".to_owned(),
        "attach ':memory:' as other".to_owned(),
        format!("attach '{secret}' as other"),
        "detach public".to_owned(),
        "use main".to_owned(),
        "install httpfs".to_owned(),
        "load httpfs".to_owned(),
        "set memory_limit = '100GB'".to_owned(),
        "set enable_external_access = true".to_owned(),
        "set search_path = 'main'".to_owned(),
        "set variable as_of = 1".to_owned(),
        "reset memory_limit".to_owned(),
        "pragma database_list".to_owned(),
        "pragma table_info('pool')".to_owned(),
        "pragma enable_profiling".to_owned(),
        "call pragma_database_size()".to_owned(),
        "explain select 1".to_owned(),
        "explain analyze select * from main.pool".to_owned(),
        "prepare p as select 1".to_owned(),
        "execute p".to_owned(),
        "show tables".to_owned(),
        "show all tables".to_owned(),
        "show databases".to_owned(),
        "describe main.pool".to_owned(),
        "summarize main.pool".to_owned(),
        format!("select * from '{secret}'"),
        format!("select * from \"{secret}\""),
        "select * from 'https://192.0.2.1/x.parquet'".to_owned(),
        "select * from 's3://bucket/x.parquet'".to_owned(),
        format!("select * from read_csv('{secret}')"),
        format!("select * from read_csv_auto('{secret}')"),
        format!("select * from read_text('{secret}')"),
        format!("select * from read_blob('{secret}')"),
        format!("select * from read_json('{secret}')"),
        format!("select * from read_parquet('{secret}')"),
        format!("select * from parquet_scan('{secret}')"),
        format!("select * from read_duckdb('{secret}')"),
        format!("select * from sniff_csv('{secret}')"),
        "select * from glob('/**')".to_owned(),
        "select getenv('HOME')".to_owned(),
        "select current_setting('temp_directory')".to_owned(),
        "select getvariable('as_of')".to_owned(),
        "select nextval('s')".to_owned(),
        "select * from which_secret('s3://x', 's3')".to_owned(),
        // What the store and the engine keep for themselves.
        "select * from occurrence".to_owned(),
        "select * from main.occurrence".to_owned(),
        "select * from test.main.occurrence".to_owned(),
        "select * from event".to_owned(),
        "select * from held_event".to_owned(),
        "select * from watermark".to_owned(),
        "select * from pseudonym_key".to_owned(),
        "select (select key from pseudonym_key)".to_owned(),
        "select 1 where exists (from pseudonym_key)".to_owned(),
        "select * from users where sub in (select sub from main.listed_user)".to_owned(),
        "select * from users, lateral (select * from pseudonym_key)".to_owned(),
        "select * from users semi join pseudonym_key on true".to_owned(),
        "with pseudonym_key as (select 1) select * from (with x as (select 1) select * from x), pseudonym_key".to_owned(),
        "with pseudonym_key as (from pseudonym_key) from pseudonym_key".to_owned(),
        "with duckdb_tables as (select 1) select * from (with x as (select 1) from x), duckdb_tables".to_owned(),
        "select * from (with event as (select 1) select 1), event".to_owned(),
        "unpivot pseudonym_key on key".to_owned(),
        "pivot pseudonym_key on key using count(*)".to_owned(),
        "select * from users at (version => 1)".to_owned(),
        "table pseudonym_key".to_owned(),
        "select * from query('from pseudonym_key')".to_owned(),
        "select * from query_table('pseudonym_key')".to_owned(),
        "select * from query_table(['pseudonym_key'])".to_owned(),
        "select * from seq_scan('main', 'pseudonym_key')".to_owned(),
        "select * from user_state(now()::timestamp, uuid(), uuid())".to_owned(),
        "select * from arrow_scan(1, 2, 3)".to_owned(),
        "select * from arrow_scan_dumb(1, 2, 3)".to_owned(),
        "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))".to_owned(),
        "select * from duckdb_settings()".to_owned(),
        "select * from duckdb_databases()".to_owned(),
        "select * from duckdb_tables()".to_owned(),
        "select * from duckdb_secrets()".to_owned(),
        "select * from duckdb_temporary_files()".to_owned(),
        "select * from duckdb_logs()".to_owned(),
        "select * from duckdb_tables".to_owned(),
        "select * from sqlite_master".to_owned(),
        "select * from information_schema.tables".to_owned(),
        "select * from pg_catalog.pg_class".to_owned(),
        "select * from pg_class".to_owned(),
        "select * from pragma_storage_info('pool')".to_owned(),
        "select * from pragma_database_size()".to_owned(),
        "select * from enable_logging()".to_owned(),
        "select * from force_checkpoint()".to_owned(),
        "select write_log('x')".to_owned(),
        "select * from test_all_types()".to_owned(),
        "select * from repeat_row(1, num_rows = 1000000000000)".to_owned(),
        // Too much of it.
        "select count(*) from range(1000000000) a, range(1000000000) b, range(1000000000) c where a.range + b.range = c.range".to_owned(),
        "with recursive t(n) as (values (1) union all select n + 1 from t) select count(*) from t".to_owned(),
        "select repeat('x', 2000000000)".to_owned(),
        "select length(repeat(repeat('x', 100000), 100000))".to_owned(),
        "select string_agg(repeat('x', 100000)) from range(1000000)".to_owned(),
        "select list(range) from range(1000000000)".to_owned(),
        "select range(10000000000)".to_owned(),
        "select sum(length(md5(range::varchar))) from range(10000000000)".to_owned(),
        "select * from range(100000000) a order by hash(a.range) desc offset 99999999".to_owned(),
        "with recursive t(s, n) as (select 'x', 1 union all select s || s, n + 1 from t where n < 40) select max(length(s)) from t".to_owned(),
        "select lpad('x', 2000000000, 'y')".to_owned(),
        "select printf('%2000000000d', 1)".to_owned(),
        "select format('{:>2000000000}', 'x')".to_owned(),
        "select list_resize([1], 2000000000, 7)".to_owned(),
        "select bar(1, 0, 1, 2000000000)".to_owned(),
        format!("select length(s) from ({doubled})"),
        long,
        // Nothing at all.
        String::new(),
        ";".to_owned(),
        "--".to_owned(),
        "select \0".to_owned(),
        "not sql".to_owned(),
        "select * from nothing".to_owned(),
    ];
    for attack in attacks {
        let asked = attack.chars().take(100).collect::<String>();
        let begun = Instant::now();
        let answered = desk.ask(ask(&attack), Rows::default()).await;
        let line = match answered {
            Ok(answer) => panic!("{asked} was answered: {:?}", &answer.made.1[..3.min(answer.made.1.len())]),
            Err(Refusal::Broken(line)) => panic!("{asked} broke something: {line}"),
            Err(refusal) => refusal.to_string(),
        };
        assert!(!line.is_empty() && !line.contains('\n'), "{asked}: {line:?}");
        assert!(
            !line.contains(&folder.path().display().to_string())
                || attack.contains(&folder.path().display().to_string()),
            "{asked}: {line}"
        );

        assert!(begun.elapsed() < Duration::from_secs(20), "{asked} took {:?}", begun.elapsed());
    }
    // What they aimed at.
    let patient = Desk::new(desk.store.clone(), Limits::default());
    let answer = patient.ask(ask("select count(*) from users"), Rows::default()).await.expect("unharmed");
    assert_eq!(answer.made.1, ["0"]);
    assert!(
        desk.store
            .read()
            .expect("a reader")
            .run("from occurrence; from event_kind; from pool; from pseudonym_key")
            .is_ok()
    );
}

#[tokio::test]
async fn deep_questions_harm_nobody() {
    let (_folder, desk) = desk(Limits { time: Duration::from_secs(5), ..Limits::default() });
    for (open, inner, close) in [
        ("select (", "1", ")"),
        ("select - ", "1", ""),
        ("select * from (", "select 1", ")"),
        ("select not ", "true", ""),
        ("select [", "1", "]"),
        ("select abs(", "1", ")"),
        ("select case when true then ", "1", " end"),
        ("select 1 + ", "1", ""),
    ] {
        let (first, again) = if open.starts_with("select * from") { ("", open) } else { open.split_at(7) };
        for times in [10, 100, 1_000, 60_000 / (again.len() + close.len())] {
            let sql = format!("{first}{}{inner}{}", again.repeat(times), close.repeat(times));
            let answered = desk.ask(ask(&sql), Rows::default()).await;
            assert!(!matches!(answered, Err(Refusal::Broken(_))), "{open} {times}: {:?}", answered.err());
            assert!(times > 10 || answered.is_ok(), "{open} {times}: {:?}", answered.err());
        }
    }
}

#[tokio::test]
async fn an_answer_is_cut_at_its_limit_and_says_so() {
    let (_folder, desk) = desk(Limits { rows: 3_000, ..Limits::default() });
    for (rows, wanted, told, is_cut) in [
        (2_999, None, 2_999, false),
        (3_000, None, 3_000, false),
        (3_001, None, 3_000, true),
        (10_000_000_000_u64, None, 3_000, true),
        (50, Some(7), 7, true),
        (5_000, Some(9_000), 3_000, true),
    ] {
        let ask = Ask { rows: wanted, ..ask(&format!("select * from range({rows})")) };
        let answer = desk.ask(ask, Rows::default()).await.expect("an answer");
        assert_eq!((answer.rows, answer.is_cut, answer.made.1.len() as u64), (told, is_cut, told), "{rows}");
    }
}

/// Takes nothing until it is dropped.
struct Signals(Arc<AtomicU64>);

impl Receive for Signals {
    type Made = ();

    fn begin(&mut self, _: &SchemaRef) -> Result<(), Refusal> {
        Ok(())
    }

    fn take(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        self.0.fetch_add(rows.num_rows() as u64, Ordering::SeqCst);
        Ok(())
    }

    fn end(self, _: bool) -> Result<(), Refusal> {
        Ok(())
    }
}

const ENDLESS: &str = "select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range < 0";

#[tokio::test]
async fn who_goes_away_is_not_waited_for_and_others_wait_their_turn() {
    let (_folder, desk) = desk(Limits { at_once: 1, ..Limits::default() });
    let asking = tokio::spawn({
        let desk = desk.clone();
        async move { desk.ask(ask(ENDLESS), Signals(Arc::default())).await.map(drop) }
    });
    while desk.turns.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    // Four more may wait; the next is told so.
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let desk = desk.clone();
            tokio::spawn(async move { desk.ask(ask("select 1"), Rows::default()).await.map(|answer| answer.rows) })
        })
        .collect();
    while desk.waiting.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(desk.ask(ask("select 1"), Rows::default()).await, Err(Refusal::Busy)));
    asking.abort();
    for asked in waiting {
        assert_eq!(asked.await.expect("a task").expect("an answer"), 1);
    }
}

#[tokio::test]
async fn what_takes_too_long_is_stopped() {
    let (_folder, desk) = desk(Limits { time: Duration::from_millis(300), ..Limits::default() });
    let refused = desk.ask(ask(ENDLESS), Rows::default()).await;
    assert!(matches!(refused, Err(Refusal::TooLong(_))), "{:?}", refused.map(drop));
    assert_eq!(desk.ask(ask("select 1"), Rows::default()).await.expect("an answer").rows, 1);
}

/// Every function of the engine is either refused or known: a new engine's new ones are looked at.
#[test]
fn functions_that_may_be_asked_are_known() {
    let (_folder, desk) = desk(Limits::default());
    let reader = desk.store.read().expect("a reader");
    let sql = "create temp table function_name as
        select distinct function_name from duckdb_functions()
        where function_type in ('scalar', 'aggregate', 'macro') and schema_name in ('main', 'pg_catalog')
          and regexp_matches(function_name, '^[a-z]')
          -- the bundled engine has none of these
          and not starts_with(function_name, 'icu_')";
    reader.run(sql).expect("functions");
    let names = reader.texts("select function_name from function_name order by all").expect("names");
    let allowed: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !guard::REFUSED_FUNCTIONS.contains(name)).collect();
    insta::assert_snapshot!(allowed.join("\n"));
}

/// The marts are what their files say: a name or type that changes breaks somebody's dashboard.
#[test]
fn marts_have_the_columns_that_their_files_tell() {
    let (_folder, desk) = desk(Limits::default());
    let reader = desk.store.read().expect("a reader");
    let mut told = Vec::new();
    for mart in marts() {
        let sql = format!("select concat_ws(' ', column_name, column_type) from (describe public.{})", mart.name);
        let columns = reader.texts(&sql).expect(mart.name);
        let names: Vec<&str> = columns.iter().filter_map(|column| column.split(' ').next()).collect();
        assert_eq!(names, mart.columns.iter().map(|column| column.name).collect::<Vec<_>>(), "{}", mart.name);
        assert!(!mart.purpose.is_empty() && !mart.grain.is_empty() && !mart.evidence.is_empty(), "{}", mart.name);
        assert!(mart.columns.iter().all(|column| !column.meaning.is_empty()), "{}", mart.name);
        told.push(format!("{}\n  {}\n", mart.name, columns.join("\n  ")));
    }
    insta::assert_snapshot!(told.join(""));
    let files: BTreeSet<&str> = catalogue().filter_map(|query| query.name.strip_prefix("marts/")).collect();
    assert_eq!(files.len(), marts().len());
}
