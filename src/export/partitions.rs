//! The marts in partitions: one file for each mart, AWS Region and day.

use chrono::{DateTime, NaiveDate, Utc};
use duckdb::arrow::array::{Array, AsArray};
use duckdb::arrow::datatypes::{Date32Type, Int64Type};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::arrow::temporal_conversions::date32_to_datetime;
use duckdb::types::Value;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Format, Spool, Writing};
use crate::query::ask::{Receive, Refusal, kind_of};
use crate::query::{Mart, marts};
use crate::store::{Bound, Next, Sandbox, Store};

/// Memory for a partition beside the daemon's own, megabytes.
const MEMORY_MB: u64 = 256;

/// The column that names AWS Regions, by which marts that have it are parted.
const REGION: &str = "aws_region";

/// A part of a mart. Its file lacks the columns that its folders name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Partition {
    /// The mart.
    pub mart: String,
    /// AWS Region; none where the mart tells none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_region: Option<String>,
    /// Day (UTC); none where rows tell how it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// Its rows.
    pub rows: i64,
    /// Changes when its rows do.
    pub digest: String,
}

impl Partition {
    /// Its folder, as Hive names it: `events/aws_region=eu-central-1/date=2026-11-26`.
    pub fn folder(&self) -> String {
        let region = self.aws_region.as_ref().map(|region| format!("/{REGION}={region}")).unwrap_or_default();
        let date = self.date.map(|date| format!("/date={date}")).unwrap_or_default();
        format!("{}{region}{date}", self.mart)
    }

    /// The mart that it is a part of, if there can be such a part: one of a Region and a day where the mart has
    /// both.
    pub fn of_mart(&self) -> Option<&'static Mart> {
        let mart = marts().iter().find(|mart| mart.name == self.mart)?;
        (self.aws_region.is_some() == mart.has(REGION) && self.date.is_some() == mart.day.is_some()).then_some(mart)
    }

    /// Whether it is the same part as another, whatever both hold.
    pub fn is_part(&self, other: &Self) -> bool {
        (&self.mart, &self.aws_region, self.date) == (&other.mart, &other.aws_region, other.date)
    }
}

/// What there is to export.
#[derive(Debug, Deserialize, Serialize)]
pub struct Listing {
    /// Users are judged by this instant.
    pub as_of: DateTime<Utc>,
    /// Of the program that tells it.
    pub version: String,
    /// The marts with their columns, for people and programs that read the files.
    pub marts: Json,
    /// Their partitions.
    pub partitions: Vec<Partition>,
}

/// The marts and their partitions as of an instant. To be called where waiting is allowed.
///
/// # Errors
/// When the engine refuses.
pub fn listing(store: &Store, as_of: DateTime<Utc>) -> Result<Listing, Refusal> {
    let sandbox = store.sandbox(as_of, MEMORY_MB)?;
    let (mut schemas, mut partitions) = (Vec::new(), Vec::new());
    for mart in marts() {
        schemas.push(schema(&sandbox, mart)?);
        sandbox.run(&partitions_sql(mart), &NOTHING, |_, rows| {
            let rows = rows.iter().flat_map(|rows| (0..rows.num_rows()).filter_map(|row| partition(mart, rows, row)));
            partitions.extend(rows);
            Ok::<_, Refusal>(Next::More)
        })?;
    }
    partitions.sort();
    Ok(Listing { as_of, version: env!("CARGO_PKG_VERSION").to_owned(), marts: schemas.into(), partitions })
}

const NOTHING: Bound = Bound::Positional(Vec::new());

/// What a mart's files hold.
fn schema(sandbox: &Sandbox, mart: &Mart) -> Result<Json, Refusal> {
    let mut columns = Vec::new();
    sandbox.run(&format!("select * from \"{}\" limit 0", mart.name), &NOTHING, |schema, _| {
        columns = schema
            .fields()
            .iter()
            .zip(&mart.columns)
            .map(|(field, column)| json!({"name": column.name, "type": kind_of(field.data_type()), "meaning": column.meaning}))
            .collect();
        Ok::<_, Refusal>(Next::Enough)
    })?;
    let parted = [(mart.has(REGION), REGION), (mart.day.is_some(), "date")];
    let parted: Vec<&str> = parted.iter().filter(|(is_so, _)| *is_so).map(|(_, name)| *name).collect();
    let Mart { name, purpose, grain, evidence, day, .. } = mart;
    Ok(json!({
        "name": name, "purpose": purpose, "grain": grain, "evidence": evidence, "partitioned_by": parted,
        "date_of": day, "columns": columns,
    }))
}

/// Writes a partition as Parquet. To be called where waiting is allowed.
///
/// # Errors
/// When there can be no such part, the engine refuses or the file cannot be written.
pub fn write(store: &Store, partition: &Partition, as_of: DateTime<Utc>, spool: Spool) -> Result<Spool, Refusal> {
    let no_part = || Refusal::Mistaken(format!("{} is no part of a mart", partition.folder()));
    let mart = partition.of_mart().ok_or_else(no_part)?;
    let sandbox = store.sandbox(as_of, MEMORY_MB)?;
    let mut writing = Writing::new(Format::Parquet, spool);
    let (sql, parameters) = partition_sql(mart, partition);
    sandbox.run(&sql, &parameters, |schema, rows| {
        match rows {
            None => writing.begin(schema)?,
            Some(rows) => writing.take(&rows)?,
        }
        Ok::<_, Refusal>(Next::More)
    })?;
    writing.end(false)
}

/// Rows and a digest of each partition. The digest does not depend on the order of rows.
fn partitions_sql(mart: &Mart) -> String {
    let region = if mart.has(REGION) { REGION } else { "null::varchar" };
    let date = mart.day.as_ref().map_or("null::date".to_owned(), |day| format!("\"{day}\"::date"));
    let columns: Vec<String> = mart.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    format!(
        "select {region} as aws_region, {date} as date, count(*) as rows, \
         sum(hash({})::hugeint)::varchar as digest from \"{}\" group by 1, 2",
        columns.join(", "),
        mart.name
    )
}

fn partition_sql(mart: &Mart, partition: &Partition) -> (String, Bound) {
    let mut parameters = Vec::new();
    let mut conditions = Vec::new();
    if let Some(region) = &partition.aws_region {
        conditions.push(format!("{REGION} = ?"));
        parameters.push(Value::Text(region.clone()));
    }
    if let (Some(date), Some(day)) = (partition.date, &mart.day) {
        conditions.push(format!("\"{day}\" >= ?::date and \"{day}\" < ?::date + interval 1 day"));
        parameters.extend([Value::Text(date.to_string()), Value::Text(date.to_string())]);
    }
    let columns = if partition.aws_region.is_some() { format!("* exclude ({REGION})") } else { "*".to_owned() };
    let condition = if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(" and ")) };
    let order = mart.day.as_ref().map(|day| format!(" order by \"{day}\"")).unwrap_or_default();
    (format!("select {columns} from \"{}\"{condition}{order}", mart.name), Bound::Positional(parameters))
}

fn partition(mart: &Mart, rows: &RecordBatch, row: usize) -> Option<Partition> {
    let text = |name: &str| {
        let column = rows.column_by_name(name)?.as_string_opt::<i32>()?;
        (!column.is_null(row)).then(|| column.value(row).to_owned())
    };
    let dates = rows.column_by_name("date")?.as_primitive_opt::<Date32Type>()?;
    let date = if dates.is_null(row) { None } else { date32_to_datetime(dates.value(row)).map(|at| at.date()) };
    Some(Partition {
        mart: mart.name.to_owned(),
        aws_region: text(REGION),
        date,
        rows: rows.column_by_name("rows")?.as_primitive_opt::<Int64Type>()?.value(row),
        digest: text("digest").unwrap_or_default(),
    })
}
