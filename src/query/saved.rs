//! Saved questions: what roll-outs ask, over the marts. Anybody could have written them.

use std::sync::LazyLock;

use duckdb::types::Value as EngineValue;
use serde::Serialize;

use super::ask::{Ask, Bound};
use super::{Value, View};
use crate::store::{Query, catalogue};

/// A saved question.
#[derive(Clone, Debug)]
pub struct SavedQuestion {
    /// Its name, in addresses and on the command line.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// The page that it belongs to.
    pub place: String,
    file: &'static Query,
}

/// What is told about a saved question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedEntry {
    /// Its name.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// What it tells.
    pub purpose: String,
    /// The page that it belongs to.
    pub place: String,
    /// What a row of its answer is.
    pub grain: String,
    /// Parameters that it takes, each may be left out.
    pub parameters: Vec<String>,
    /// Columns of its answer, with their meanings.
    pub columns: Vec<super::MartColumn>,
}

/// Every saved question, by name.
pub fn saved_questions() -> &'static [SavedQuestion] {
    static QUESTIONS: LazyLock<Vec<SavedQuestion>> = LazyLock::new(|| {
        let of = |file: &'static Query| {
            let name = file.name.strip_prefix("saved/")?;
            Some(SavedQuestion { name, title: file.told("title"), place: file.told("place"), file })
        };
        catalogue().filter_map(of).collect()
    });
    &QUESTIONS
}

/// The saved question of that name.
pub fn saved_question(name: &str) -> Option<&'static SavedQuestion> {
    saved_questions().iter().find(|question| question.name == name)
}

impl SavedQuestion {
    /// What is told about it.
    pub fn entry(&self) -> SavedEntry {
        let columns = self.file.columns().into_iter();
        SavedEntry {
            name: self.name,
            title: self.title.clone(),
            purpose: self.file.purpose(),
            place: self.place.clone(),
            grain: self.file.told("grain"),
            parameters: self.file.parameters.clone(),
            columns: columns.map(|(name, meaning)| super::MartColumn { name, meaning }).collect(),
        }
    }

    /// Whether it is asked with the parameter.
    pub fn is_asked_with(&self, parameter: &str) -> bool {
        self.file.parameters.iter().any(|each| each == parameter)
    }

    /// Whether its answer tells of single users or administrators.
    pub fn tells_of_people(&self) -> bool {
        self.file.columns().iter().any(|(name, _)| name.starts_with("sub") || name.starts_with("actor_"))
    }

    /// Its SQL with a view's values in place, to be read and changed.
    pub fn sql(&self, view: &View) -> String {
        let values = view.values();
        self.file.bound(|name| values.of(name).map_or_else(|| Value::Null.literal(), Value::literal))
    }

    /// The question about a view, its values bound.
    pub fn ask(&self, view: &View, as_of: chrono::DateTime<chrono::Utc>, rows: Option<u64>) -> Ask {
        let values = view.values();
        let bound = |name: &String| {
            let value = match values.of(name) {
                Some(Value::Text(text)) => EngineValue::Text(text.clone()),
                Some(Value::Instant(at)) => EngineValue::Text(at.naive_utc().to_string()),
                _ => EngineValue::Null,
            };
            (name.clone(), value)
        };
        let parameters = Bound::Named(self.file.parameters.iter().map(bound).collect());
        Ask { sql: self.file.sql.clone(), parameters, as_of, rows }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, TimeDelta};
    use tempfile::tempdir;

    use super::*;
    use crate::query::ask::{Desk, Limits, Table};
    use crate::query::{Range, Scope};
    use crate::store::Store;

    const PLACES: &[&str] = &["audit", "challenges", "overview", "pools", "recovery", "sms", "sources"];
    const PARAMETERS: &[&str] = &["aws_region", "client_id", "country", "factor", "from", "pool_id", "to"];

    #[tokio::test]
    async fn every_saved_question_says_what_it_tells_and_may_be_asked() {
        let folder = tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.duckdb")).expect("a store");
        let desk = Desk::new(store, Limits::default());
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let scope = Scope { pool_id: Some("o'clock".into()), country: Some("BR".into()), ..Scope::default() };
        let mut titles = BTreeSet::new();
        for question in saved_questions() {
            let (name, entry) = (question.name, question.entry());
            assert!(!entry.purpose.is_empty() && !entry.grain.is_empty(), "{name}");
            assert!(PLACES.contains(&&*question.place), "{name}: {}", question.place);
            assert!(
                entry.parameters.iter().all(|each| PARAMETERS.contains(&&**each)),
                "{name}: {:?}",
                entry.parameters
            );
            assert!(!question.title.is_empty() && titles.insert(question.title.clone()), "{name}: {}", question.title);
            for view in
                [View::ending_at(now, Range::Month, Scope::default()), View::ending_at(now, Range::Day, scope.clone())]
            {
                let answer = desk.ask(question.ask(&view, now, None), Table::default()).await.expect(name);
                let columns: Vec<&str> = answer.made.columns.iter().map(|column| column.name.as_str()).collect();
                assert_eq!(columns, entry.columns.iter().map(|column| column.name).collect::<Vec<_>>(), "{name}");
                assert!(!answer.marts.is_empty(), "{name} asks nothing");
                // As it is shown, it is the same.
                let shown =
                    Ask { sql: question.sql(&view), parameters: Bound::Named(Vec::new()), as_of: now, rows: None };
                let shown = desk.ask(shown, Table::default()).await.expect(name);
                assert_eq!(shown.made, answer.made, "{name}");
            }
        }
        assert!(titles.len() >= 25, "{}", titles.len());
    }
}
