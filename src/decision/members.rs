//! The users of a cohort.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Members, Wanted};
use crate::config::Rollout as Config;
use crate::query::ask::{Ask, Bound, Desk, Table};

/// Asks the question of the cohort that is wanted; `None` where none is, or the config has none of that name.
pub async fn members(desk: &Desk, config: &Config, wanted: &Wanted, as_of: DateTime<Utc>) -> Option<Members> {
    let sql = config.cohorts.get(wanted.cohort.as_ref()?)?.clone();
    let ask = Ask { sql, parameters: Bound::Named(Vec::new()), as_of, rows: None };
    Some(match desk.ask(ask, Table::default()).await {
        Ok(answered) if answered.is_cut => {
            Err(format!("its question answers more than {} rows, which is the limit of [query] rows", answered.rows))
        }
        Ok(answered) => subs(&answered.made),
        Err(refusal) => Err(refusal.to_string()),
    })
}

fn subs(table: &Table) -> Members {
    let column =
        table.columns.iter().position(|column| column.name == "sub").or((table.columns.len() == 1).then_some(0));
    let Some(column) = column else { return Err("its question answers no column named sub".into()) };
    let cells = table.rows.iter().filter_map(|row| row.get(column).cloned().flatten());
    cells
        .map(|cell| {
            Uuid::try_parse(&cell).map_err(|_| format!("{:?} is no sub", cell.chars().take(40).collect::<String>()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::ask::TableColumn;

    fn table(columns: &[&str], rows: &[&[Option<&str>]]) -> Table {
        let column = |name: &&str| TableColumn { name: (*name).into(), kind: "text", is_number: false };
        Table {
            columns: columns.iter().map(column).collect(),
            rows: rows.iter().map(|row| row.iter().map(|cell| cell.map(str::to_owned)).collect()).collect(),
        }
    }

    #[test]
    fn a_column_of_subs_is_taken_by_name_or_as_the_only_one() {
        let sub = Uuid::from_u128(7);
        let text = sub.to_string();
        assert_eq!(
            subs(&table(&["state", "sub"], &[&[Some("none"), Some(&text)], &[Some("none"), None]])),
            Ok(vec![sub])
        );
        assert_eq!(subs(&table(&["who"], &[&[Some(&text)]])), Ok(vec![sub]));
        assert_eq!(subs(&table(&["a", "b"], &[])), Err("its question answers no column named sub".into()));
        assert_eq!(subs(&table(&["sub"], &[&[Some("nobody")]])), Err("\"nobody\" is no sub".into()));
    }
}
