//! Questions that anybody may ask by name: those behind the figures, with their SQL.

use chrono::{DateTime, Days, Utc};
use duckdb::types::{TimeUnit, Value as EngineValue};
use serde::Serialize;
use serde_json::Value as Json;

use super::{Questions, Value, Values, View};
use crate::store::{Query, StoreError, catalogue, query};

/// Rows of an answer, at most.
pub const MOST_ANSWERED: usize = 10_000;

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct FigureQuestion {
    /// Its name.
    pub name: &'static str,
    file: &'static Query,
}

/// Questions whose answers tell of single users.
const OF_USERS: &[&str] = &["mfa_removal", "weakening"];

impl FigureQuestion {
    /// Whether its answer tells of single users.
    pub fn tells_of_users(&self) -> bool {
        OF_USERS.contains(&self.name)
    }
}

/// What a question is answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, a value a column. Instants are RFC 3339.
    pub rows: Vec<Vec<Json>>,
    /// There are more rows than [`MOST_ANSWERED`].
    #[serde(rename = "truncated")]
    pub is_cut: bool,
}

/// What a question reads that has to be gathered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gathered {
    Nothing,
    /// Users judged, counted by kind.
    Users,
    /// Calls that switched MFA off.
    Removals,
    /// What can have weakened users' protection.
    Weakenings,
}

impl Gathered {
    fn of(name: &str) -> Self {
        match name {
            "population" | "enrolment_day" | "user_status" => Self::Users,
            "mfa_removal" | "mfa_removal_count" => Self::Removals,
            "weakening" | "weakening_count" => Self::Weakenings,
            _ => Self::Nothing,
        }
    }

    /// Its query files.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Users => &["metrics/state_count_table", "metrics/state_count"],
            Self::Removals => &["dashboard/mfa_removal_table"],
            Self::Weakenings => &["dashboard/weakening_table"],
        }
    }
}

/// Query files that are no question of their own: parts of others, and lists of users, which have pages.
const PARTS: &[&str] = &[
    "client_choice",
    "country_choice",
    "listed_user_count",
    "lookup_candidate",
    "mfa_removal_table",
    "state_count",
    "state_count_table",
    "sweep",
    "user_list",
    "user_list_table",
    "user_list_total",
    "user_match",
    "user_match_table",
    "weakening_table",
];

/// Every question, by name.
pub fn figure_questions() -> Vec<FigureQuestion> {
    let named = |file: &'static Query| {
        let name = ["dashboard/", "metrics/"].iter().find_map(|folder| file.name.strip_prefix(folder))?;
        (!PARTS.contains(&name)).then_some(FigureQuestion { name, file })
    };
    let mut questions: Vec<FigureQuestion> = catalogue().filter_map(named).collect();
    questions.sort_unstable_by_key(|question| question.name);
    questions
}

/// The question of that name.
pub fn figure_question(name: &str) -> Option<FigureQuestion> {
    figure_questions().into_iter().find(|question| question.name == name)
}

/// What a question is asked with: a view, and the instant at which users are judged.
pub fn question_values(view: &View, as_of: DateTime<Utc>) -> Values {
    let values = view
        .values()
        .instant("as_of", as_of)
        .instant("through", as_of)
        .day("trend_from", (as_of - Days::new(30)).date_naive())
        .text("first_sub", Some("00000000-0000-0000-0000-000000000000"))
        .text("last_sub", Some("ffffffff-ffff-ffff-ffff-ffffffffffff"));
    let most = MOST_ANSWERED as i64 + 1;
    let values = values.number("most", most).number("limit", most);
    values.number("least_by_new_users", super::pumping::least_by_new_users())
}

impl FigureQuestion {
    /// What it tells.
    pub fn purpose(&self) -> String {
        self.file.purpose()
    }

    /// The parameters that it is asked with, of those that somebody may choose.
    pub fn is_asked_with(&self, parameter: &str) -> bool {
        let files = Gathered::of(self.name).files().iter().filter_map(|name| query(name));
        files.chain([self.file]).any(|file| file.parameters.iter().any(|each| each == parameter))
    }

    /// Its SQL with the values in place, as it runs on a copy of the store.
    pub fn sql(&self, values: &Values) -> String {
        let literal = |name: &str| values.of(name).map_or_else(|| Value::Null.literal(), Value::literal);
        let files = Gathered::of(self.name).files().iter().filter_map(|name| query(name));
        let statements = files.chain([self.file]).map(|file| format!("{};\n", file.bound(literal).trim_end()));
        statements.collect::<Vec<_>>().join("\n")
    }
}

impl Questions {
    /// Answers a saved question.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn answer(&self, question: &FigureQuestion, view: &View, as_of: DateTime<Utc>) -> Result<Answer, StoreError> {
        let values = question_values(view, as_of);
        match Gathered::of(question.name) {
            Gathered::Nothing => {}
            Gathered::Users => self.judge_users(as_of, (as_of - Days::new(30)).date_naive())?,
            Gathered::Removals => self.gather_removals(view)?,
            Gathered::Weakenings => self.gather_weakenings(view)?,
        }
        let (columns, mut rows) = self.reader.table(&question.file.name, &values.named(), MOST_ANSWERED + 1)?;
        let is_cut = rows.len() > MOST_ANSWERED;
        rows.truncate(MOST_ANSWERED);
        let rows = rows.into_iter().map(|row| row.into_iter().map(json).collect()).collect();
        Ok(Answer { columns, rows, is_cut })
    }
}

/// As JSON has it. What JSON has no word for is text.
fn json(value: EngineValue) -> Json {
    let instant = |unit: TimeUnit, amount: i64| {
        let us = match unit {
            TimeUnit::Second => amount.saturating_mul(1_000_000),
            TimeUnit::Millisecond => amount.saturating_mul(1_000),
            TimeUnit::Microsecond => amount,
            TimeUnit::Nanosecond => amount / 1_000,
        };
        DateTime::from_timestamp_micros(us)
            .map_or(Json::Null, |at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into())
    };
    match value {
        EngineValue::Null => Json::Null,
        EngineValue::Boolean(value) => value.into(),
        EngineValue::TinyInt(value) => value.into(),
        EngineValue::SmallInt(value) => value.into(),
        EngineValue::Int(value) => value.into(),
        EngineValue::BigInt(value) => value.into(),
        EngineValue::HugeInt(value) => i64::try_from(value).map_or_else(|_| value.to_string().into(), Json::from),
        EngineValue::UTinyInt(value) => value.into(),
        EngineValue::USmallInt(value) => value.into(),
        EngineValue::UInt(value) => value.into(),
        EngineValue::UBigInt(value) => value.into(),
        EngineValue::Float(value) => value.into(),
        EngineValue::Double(value) => value.into(),
        EngineValue::Timestamp(unit, amount) => instant(unit, amount),
        EngineValue::Date32(days) => {
            instant(TimeUnit::Second, i64::from(days) * 86_400).as_str().map_or(Json::Null, |at| at[..10].into())
        }
        EngineValue::Text(text) | EngineValue::Enum(text) => text.into(),
        EngineValue::List(values) => values.into_iter().map(json).collect(),
        other => format!("{other:?}").into(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use tempfile::tempdir;

    use super::*;
    use crate::query::{Range, Scope};
    use crate::store::Store;

    #[test]
    fn every_question_is_answered_and_its_sql_runs_as_it_is_shown() {
        let folder = tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let scope = Scope { client_id: Some("o'clock".into()), ..Scope::default() };
        let view = View::ending_at(now, Range::Week, scope);
        let values = question_values(&view, now);
        let questions = figure_questions();
        assert!(questions.len() > 25, "{}", questions.len());
        for question in questions {
            let asked = Questions::of(&store).expect("a reader");
            let answer = asked.answer(&question, &view, now).expect(question.name);
            assert!(!answer.columns.is_empty() && !question.purpose().is_empty(), "{}", question.name);
            // Roles rest on it.
            let tells_of_users = answer.columns.iter().any(|column| column == "sub" || column.contains("user_name"));
            assert_eq!(question.tells_of_users(), tells_of_users, "{}: {:?}", question.name, answer.columns);
            let sql = question.sql(&values);
            let code: Vec<&str> = sql.lines().filter_map(|line| line.split("--").next()).collect();
            assert!(!code.join("\n").contains('$'), "{}: {sql}", question.name);
            Questions::of(&store).expect("a reader").reader.run(&sql).expect(question.name);
        }
    }

    #[test]
    fn what_a_question_reads_is_shown_and_filtered_with_it() {
        let question = figure_question("population").expect("a question");
        assert!(question.is_asked_with("as_of") && !question.is_asked_with("country"));
        let view = View::ending_at(DateTime::UNIX_EPOCH, Range::Week, Scope::default());
        let sql = question.sql(&question_values(&view, DateTime::UNIX_EPOCH));
        let order: Vec<usize> =
            ["create or replace temp table state_count", "insert into state_count", "from eligible"]
                .iter()
                .filter_map(|part| sql.find(part))
                .collect();
        assert!(order.len() == 3 && order.is_sorted(), "{sql}");
        assert!(figure_question("state_count").is_none() && figure_question("user_list").is_none());
    }
}
