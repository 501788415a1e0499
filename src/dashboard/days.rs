//! Several lines over days, and the same as a table.

use chrono::NaiveDate;
use serde::Serialize;

use super::chart::{self, Chart};
use super::format::NO_DATA;

/// Lines over days.
#[derive(Debug, Serialize)]
pub struct DayLines {
    /// What they show.
    pub caption: String,
    /// As lines; empty with less than two days.
    #[serde(skip)]
    pub chart: String,
    /// The lines: machine name, also a CSS class, and words.
    pub lines: Vec<(&'static str, &'static str)>,
    /// One row a day with anything, newest first.
    pub days: Vec<DayRow>,
}

/// One day.
#[derive(Debug, Serialize)]
pub struct DayRow {
    /// UTC day.
    pub day: String,
    /// Values in the order of the lines; a dash without data.
    pub values: Vec<String>,
}

/// One line: its machine name, words and colour, and a value a day.
pub(super) struct DayLine {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) colour: &'static str,
    pub(super) values: Vec<Option<f64>>,
}

impl DayLines {
    /// Lines over the same days. `unit` is how the axis writes a value, `written` how the table does.
    pub(super) fn of(
        caption: &str,
        days: &[NaiveDate],
        lines: Vec<DayLine>,
        unit: &str,
        written: impl Fn(f64) -> String,
    ) -> Self {
        let names = lines.iter().map(|line| (line.key, line.label)).collect();
        let row = |(position, day): (usize, &NaiveDate)| {
            let values: Vec<Option<f64>> =
                lines.iter().map(|line| line.values.get(position).copied().flatten()).collect();
            values.iter().any(Option::is_some).then(|| DayRow {
                day: day.to_string(),
                values: values.iter().map(|value| value.map_or_else(|| NO_DATA.to_owned(), &written)).collect(),
            })
        };
        let mut rows: Vec<DayRow> = days.iter().enumerate().filter_map(row).collect();
        rows.reverse();
        let lines = lines.into_iter().map(|line| chart::Line {
            name: line.label,
            values: line.values,
            colour: line.colour,
            provisional: 0,
        });
        let chart = if rows.len() > 1 {
            chart::svg(Chart { days, lines: lines.collect(), unit, most: None, width: chart::WIDE })
        } else {
            String::new()
        };
        Self { caption: caption.into(), chart, lines: names, days: rows }
    }
}
