//! Values as PostgreSQL writes them.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};

use super::cell::Cell;

/// Writes a value; nothing for none.
pub(super) fn write(cell: &Cell<'_>, out: &mut String) {
    // Writing to a text never fails.
    let written = match cell {
        Cell::Null => Ok(()),
        Cell::Bool(value) => out.write_char(if *value { 't' } else { 'f' }),
        Cell::Number(value, places) => write_number(*value, *places, out),
        Cell::Real(value) => write_real(*value, value.abs(), value, out),
        Cell::ShortReal(value) => write_real(f64::from(*value), f64::from(value.abs()), value, out),
        Cell::Text(text) => out.write_str(text),
        Cell::Bytes(bytes) => {
            out.write_str("\\x").and_then(|()| bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}")))
        }
        Cell::Date(days) => write_date(*days, out),
        Cell::Time(microseconds) => write_time(*microseconds, out),
        Cell::Timestamp(microseconds, has_zone) => write_timestamp(*microseconds, *has_zone, out),
        Cell::Interval(months, days, microseconds) => write_interval(*months, *days, *microseconds, out),
        Cell::List(members) => {
            out.push('{');
            for row in 0..members.len() {
                if row > 0 {
                    out.push(',');
                }
                write_member(&Cell::of(members, row), out);
            }
            out.write_char('}')
        }
        Cell::Json(json) => write!(out, "{json}"),
    };
    written.unwrap_or_default();
}

fn write_number(value: i128, places: i8, out: &mut String) -> std::fmt::Result {
    if places <= 0 {
        write!(out, "{value}")?;
        return (places..0).try_for_each(|_| out.write_char('0'));
    }
    let places = usize::from(places.unsigned_abs());
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    write!(out, "{}{whole}.{part}", if value < 0 { "-" } else { "" })
}

/// The shortest text that is read as the same number.
fn write_real(
    value: f64,
    size: f64,
    shown: &(impl std::fmt::Display + std::fmt::LowerExp),
    out: &mut String,
) -> std::fmt::Result {
    if value.is_nan() {
        out.write_str("NaN")
    } else if value.is_infinite() {
        out.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else if value != 0.0 && !(1e-5..1e15).contains(&size) {
        write!(out, "{shown:e}")
    } else {
        write!(out, "{shown}")
    }
}

/// The engine's largest and smallest days mean that there is no end.
fn infinite(value: i64, largest: i64) -> Option<&'static str> {
    (value.abs() >= largest).then_some(if value > 0 { "infinity" } else { "-infinity" })
}

fn write_date(days: i32, out: &mut String) -> std::fmt::Result {
    if let Some(text) = infinite(days.into(), i64::from(i32::MAX)) {
        return out.write_str(text);
    }
    let date =
        NaiveDate::from_ymd_opt(1970, 1, 1).and_then(|first| first.checked_add_signed(TimeDelta::days(days.into())));
    if let Some(date) = date { write_day(date, out) } else { out.write_str("infinity") }
}

fn write_day(date: NaiveDate, out: &mut String) -> std::fmt::Result {
    let (is_common_era, year) = date.year_ce();
    write!(out, "{year:04}-{:02}-{:02}{}", date.month(), date.day(), if is_common_era { "" } else { " BC" })
}

fn write_time(microseconds: i64, out: &mut String) -> std::fmt::Result {
    let (seconds, part) = (microseconds / 1_000_000, microseconds % 1_000_000);
    write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    if part != 0 {
        out.write_str(format!(".{part:06}").trim_end_matches('0'))?;
    }
    Ok(())
}

fn write_timestamp(microseconds: i64, has_zone: bool, out: &mut String) -> std::fmt::Result {
    if let Some(text) = infinite(microseconds, i64::MAX) {
        return out.write_str(text);
    }
    let Some(instant) = DateTime::from_timestamp_micros(microseconds) else { return out.write_str("infinity") };
    write_day(instant.date_naive(), out)?;
    out.push(' ');
    write_time(microseconds.rem_euclid(86_400_000_000), out)?;
    out.write_str(if has_zone { "+00" } else { "" })
}

fn write_interval(months: i32, days: i32, microseconds: i64, out: &mut String) -> std::fmt::Result {
    let mut parts = Vec::new();
    for (number, one, many) in [(months / 12, "year", "years"), (months % 12, "mon", "mons"), (days, "day", "days")] {
        if number != 0 {
            parts.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    }
    if microseconds != 0 || parts.is_empty() {
        let mut time = String::from(if microseconds < 0 { "-" } else { "" });
        write_time(i64::try_from(microseconds.unsigned_abs()).unwrap_or(i64::MAX), &mut time)?;
        parts.push(time);
    }
    out.write_str(&parts.join(" "))
}

/// A member of a list, in quotes where it could be misread.
fn write_member(cell: &Cell<'_>, out: &mut String) {
    if matches!(cell, Cell::Null) {
        return out.push_str("NULL");
    }
    let mut text = String::new();
    write(cell, &mut text);
    let is_plain = !text.is_empty()
        && !text.eq_ignore_ascii_case("null")
        && !text.contains(|c: char| c.is_whitespace() || "{}\",\\".contains(c));
    if is_plain {
        return out.push_str(&text);
    }
    out.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: &Cell<'_>) -> String {
        let mut text = String::new();
        write(cell, &mut text);
        text
    }

    #[test]
    fn values_are_written_as_postgresql_writes_them() {
        for (cell, wanted) in [
            (Cell::Number(-5, 2), "-0.05"),
            (Cell::Number(1230, 2), "12.30"),
            (Cell::Number(i128::MIN, 0), "-170141183460469231731687303715884105728"),
            (Cell::Real(0.1), "0.1"),
            (Cell::Real(1e300), "1e300"),
            (Cell::Real(f64::NEG_INFINITY), "-Infinity"),
            (Cell::ShortReal(0.1), "0.1"),
            (Cell::Bytes(b"\0\xff"), "\\x00ff"),
            (Cell::Date(-719_529), "0002-12-31 BC"),
            (Cell::Timestamp(-1, false), "1969-12-31 23:59:59.999999"),
            (Cell::Timestamp(0, true), "1970-01-01 00:00:00+00"),
            (Cell::Timestamp(i64::MAX, false), "infinity"),
            (Cell::Interval(14, -3, -500_000), "1 year 2 mons -3 days -00:00:00.5"),
            (Cell::Interval(0, 0, 0), "00:00:00"),
        ] {
            assert_eq!(written(&cell), wanted);
        }
    }
}
