//! `mfascope query`: questions from a shell.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read, Write};

use anyhow::{Context, bail};
use clap::ValueEnum;
use comfy_table::{Attribute, Cell, CellAlignment, Table, TableComponent, presets};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::daemon::{Daemon, Holder};
use super::{QueryArgs, inert, runtime};
use crate::clock::Clock;
use crate::config::Config;
use crate::export::{Format, Spool, Spooled, Writing};
use crate::query::ask::{self, Ask, Desk, Limits};
use crate::query::{SavedQuestion, View, saved_question, saved_questions};
use crate::store::Store;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people.
    Table,
    /// Comma separated.
    Csv,
    /// One object.
    Json,
    /// Apache Parquet.
    Parquet,
    /// A stream of Apache Arrow record batches.
    Arrow,
}

impl Shape {
    /// As it is asked for: tables are made here, of JSON.
    const fn format(self) -> Format {
        match self {
            Self::Table | Self::Json => Format::Json,
            Self::Csv => Format::Csv,
            Self::Parquet => Format::Parquet,
            Self::Arrow => Format::Arrow,
        }
    }
}

/// Rows that a table shows unless asked for more.
const ROWS_OF_A_TABLE: u64 = 1_000;

/// What is asked.
enum Question {
    Sql(String),
    Saved(&'static SavedQuestion),
}

pub(super) fn run(args: &QueryArgs) -> anyhow::Result<()> {
    if args.list {
        return list();
    }
    let is_terminal = io::stdout().is_terminal();
    let shape = args.format.unwrap_or(if is_terminal { Shape::Table } else { Shape::Csv });
    if is_terminal && matches!(shape, Shape::Parquet | Shape::Arrow) {
        bail!("{} is not for terminals; send it to a file", shape.format().as_str());
    }
    let question = question(args)?;
    let parameters = parameters(&args.parameters)?;
    let rows = args.rows.or((shape == Shape::Table).then_some(ROWS_OF_A_TABLE));
    runtime()?.block_on(async {
        match Holder::find(&args.daemon).await? {
            Holder::Daemon(daemon) => of_daemon(&daemon, &question, &parameters, rows, shape).await,
            Holder::Nobody(store, config) => of_store(store, &config, &question, &parameters, rows, shape).await,
        }
    })
}

fn list() -> anyhow::Result<()> {
    let width = saved_questions().iter().map(|question| question.name.len()).max().unwrap_or_default();
    let mut out = io::stdout().lock();
    for question in saved_questions() {
        writeln!(out, "{:width$}  {}", question.name, question.title)?;
    }
    Ok(())
}

fn question(args: &QueryArgs) -> anyhow::Result<Question> {
    if let Some(name) = &args.name {
        let saved = saved_question(name)
            .with_context(|| format!("--name {name}: no saved question; `mfascope query --list` names them"))?;
        return Ok(Question::Saved(saved));
    }
    match (&args.sql, &args.file) {
        (Some(sql), _) => Ok(Question::Sql(sql.clone())),
        (None, Some(path)) if path.as_os_str() == "-" => {
            let mut sql = String::new();
            io::stdin().read_to_string(&mut sql).context("cannot read standard input")?;
            Ok(Question::Sql(sql))
        }
        (None, Some(path)) => {
            let sql = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Question::Sql(sql))
        }
        (None, None) => bail!("nothing is asked: give a SELECT, --name or --file"),
    }
}

fn parameters(given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').with_context(|| format!("--parameter {text}: not NAME=VALUE"))?;
        Ok((name.trim_start_matches('$').to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}

async fn of_daemon(
    daemon: &Daemon,
    question: &Question,
    parameters: &BTreeMap<String, String>,
    rows: Option<u64>,
    shape: Shape,
) -> anyhow::Result<()> {
    let format = ("format", shape.format().as_str());
    let request = match question {
        Question::Sql(sql) => {
            let body = json!({"sql": sql, "parameters": parameters, "rows": rows});
            daemon.post("/api/v1/query").query(&[format]).json(&body)
        }
        Question::Saved(saved) => {
            let rows = rows.map(|rows| rows.to_string()).unwrap_or_default();
            daemon.get("/api/v1/query").query(&[("name", saved.name), format, ("rows", &rows)]).query(parameters)
        }
    };
    let mut answer = daemon.send(request).await?;
    let is_cut = answer.headers().get("mfascope-truncated").is_some_and(|cut| cut == "true");
    if shape == Shape::Table {
        return show(&answer.bytes().await.context("the answer was cut off")?);
    }
    let mut out = io::stdout().lock();
    while let Some(part) = answer.chunk().await.context("the answer was cut off")? {
        put(&mut out, &part)?;
    }
    tell(is_cut);
    Ok(())
}

async fn of_store(
    store: Store,
    config: &Config,
    question: &Question,
    parameters: &BTreeMap<String, String>,
    rows: Option<u64>,
    shape: Shape,
) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let ask = match question {
        Question::Sql(sql) => {
            let values: Map<String, Value> =
                parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
            Ask { sql: sql.clone(), parameters: ask::named(&values)?, as_of: now, rows }
        }
        Question::Saved(saved) => {
            let view = View::of_words(parameters, now).map_err(|reason| anyhow::anyhow!(reason))?;
            saved.ask(&view, now, rows)
        }
    };
    let spool = Spool::in_folder(store.folder());
    let desk = Desk::new(store, Limits::from(&config.query));
    let answered = desk.ask(ask, Writing::new(shape.format(), spool)).await?;
    match (answered.made.finish().context("the answer cannot be read back")?, shape) {
        (Spooled::Bytes(bytes), Shape::Table) => return show(&bytes),
        (Spooled::File(mut file), Shape::Table) => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            return show(&bytes);
        }
        (Spooled::Bytes(bytes), _) => put(&mut io::stdout().lock(), &bytes)?,
        (Spooled::File(mut file), _) => match io::copy(&mut file, &mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
            _ => {}
        },
    }
    tell(answered.is_cut);
    Ok(())
}

/// Whoever reads may have read enough.
fn put(out: &mut impl Write, bytes: &[u8]) -> anyhow::Result<()> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => Ok(done?),
    }
}

fn tell(is_cut: bool) {
    if is_cut {
        eprintln!("mfascope: there are more rows than these");
    }
}

#[derive(Deserialize)]
struct Answer {
    columns: Vec<String>,
    types: Vec<String>,
    rows: Vec<Vec<Value>>,
    truncated: bool,
}

/// An answer as a table, as wide as the terminal.
fn show(json: &[u8]) -> anyhow::Result<()> {
    let answer: Answer = serde_json::from_slice(json).context("the answer is not what was asked for")?;
    let table = table(&answer);
    put(&mut io::stdout().lock(), format!("{table}\n").as_bytes())?;
    tell(answer.truncated);
    Ok(())
}

fn table(answer: &Answer) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    // A line a row would be half of what is read.
    for line in [
        TableComponent::HorizontalLines,
        TableComponent::MiddleIntersections,
        TableComponent::LeftBorderIntersections,
        TableComponent::RightBorderIntersections,
    ] {
        table.remove_style(line);
    }
    table.set_header(answer.columns.iter().map(|name| Cell::new(inert(name)).add_attribute(Attribute::Bold)));
    for row in &answer.rows {
        table.add_row(row.iter().map(|value| match value {
            Value::Null => Cell::new("–").add_attribute(Attribute::Dim),
            Value::String(text) => Cell::new(inert(text)),
            other => Cell::new(other),
        }));
    }
    for (column, kind) in table.column_iter_mut().zip(&answer.types) {
        if matches!(kind.as_str(), "integer" | "real" | "decimal") {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_right_and_nothing_is_an_order_to_the_terminal() {
        let answer = Answer {
            columns: vec!["name".into(), "users".into()],
            types: vec!["text".into(), "integer".into()],
            rows: vec![vec![json!("a\u{1b}[2J"), json!(5)], vec![Value::Null, json!(1_000)]],
            truncated: false,
        };
        let mut table = table(&answer);
        table.force_no_tty();
        insta::assert_snapshot!(table.to_string());
    }

    #[test]
    fn parameters_are_pairs() {
        let given = ["pool=us-east-1/us-east-1_a".to_owned(), "$a=b=c".to_owned()];
        let parameters = parameters(&given).expect("pairs");
        assert_eq!(parameters["pool"], "us-east-1/us-east-1_a");
        assert_eq!(parameters["a"], "b=c");
        assert!(super::parameters(&["a".to_owned()]).is_err());
    }
}
