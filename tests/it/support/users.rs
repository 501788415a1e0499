//! The table of users over HTTP, as JSON in pages and as CSV.

use std::collections::HashMap;

use serde::Deserialize;

use super::app::TestApp;
use super::wait;

/// One page. A member that is missing is an error, one that is new is not.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    pub as_of: String,
    pub aws_region: String,
    pub pool_id: String,
    pub list: String,
    pub total: usize,
    pub users: Vec<Shown>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Shown {
    pub sub: String,
    pub username: Option<String>,
    pub status: String,
    pub is_enabled: bool,
    pub is_eligible: bool,
    pub is_active: bool,
    pub state: String,
    pub factors: Vec<String>,
    pub usable_factors: Vec<String>,
    pub preferred: Option<String>,
    pub is_capable: bool,
    pub strength: Option<String>,
    pub is_conflict: bool,
    pub last_sign_in_at: Option<String>,
    pub evidence_at: Option<String>,
    pub looked_up_at: Option<String>,
}

/// In the order of the members of the JSON.
pub const COLUMNS: [&str; 16] = [
    "sub",
    "username",
    "status",
    "is_enabled",
    "is_eligible",
    "is_active",
    "state",
    "factors",
    "usable_factors",
    "preferred",
    "is_capable",
    "strength",
    "is_conflict",
    "last_sign_in_at",
    "evidence_at",
    "looked_up_at",
];

pub fn path(region: &str, pool_id: &str, list: &str) -> String {
    format!("/api/v1/pools/{region}/{pool_id}/users?list={list}")
}

/// One page, or nothing where the daemon has none.
pub fn page(app: &TestApp, region: &str, pool_id: &str, list: &str, limit: usize, offset: usize) -> Option<Page> {
    let address = format!("{}&limit={limit}&offset={offset}", path(region, pool_id, list));
    let answer = app.get(&address)?.error_for_status().ok()?;
    let text = wait(answer.text()).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{address}: {error}:\n{text}")))
}

/// The whole list, page by page. Nothing while it changes under the reader.
pub fn list(app: &TestApp, region: &str, pool_id: &str, list: &str, limit: usize) -> Option<Vec<Shown>> {
    let first = page(app, region, pool_id, list, limit, 0)?;
    assert_eq!((first.aws_region.as_str(), first.pool_id.as_str(), first.list.as_str()), (region, pool_id, list));
    let mut users = first.users;
    while users.len() < first.total {
        let next = page(app, region, pool_id, list, limit, users.len())?;
        if next.total != first.total || next.users.is_empty() {
            return None;
        }
        assert!(next.users.len() <= limit, "a page of {} users, asked for {limit}", next.users.len());
        users.extend(next.users);
    }
    Some(users)
}

/// Header and rows; panics on anything that a spreadsheet would not read the same way.
pub fn csv(app: &TestApp, region: &str, pool_id: &str, list: &str) -> (String, Vec<HashMap<String, String>>) {
    let answer = app.get(&format!("{}&format=csv", path(region, pool_id, list))).expect("the daemon answers");
    assert_eq!(answer.status(), 200, "{}", answer.url());
    let kind = answer.headers()["content-type"].to_str().expect("a header in ASCII").to_owned();
    assert!(kind.starts_with("text/csv"), "{kind}");
    let text = wait(answer.text()).expect("a text");
    let mut records = records(&text).into_iter();
    let header = records.next().expect("a header");
    // More columns may come between.
    let known: Vec<&str> = header.iter().map(String::as_str).filter(|name| COLUMNS.contains(name)).collect();
    assert_eq!(known, COLUMNS, "columns of {header:?}");
    let rows = records.map(|record| {
        assert_eq!(record.len(), header.len(), "{record:?}");
        header.iter().cloned().zip(record).collect()
    });
    let rows = rows.collect();
    (text, rows)
}

/// RFC 4180, with either end of line.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => cell.push(characters.next().expect("just peeked")),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !is_quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    assert!(!is_quoted, "a quote is never closed");
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

#[test]
fn quotes_and_ends_of_lines_are_read() {
    assert_eq!(records("a,b\r\n\"1,\"\"2\",\n"), [["a", "b"], ["1,\"2", ""]]);
}
