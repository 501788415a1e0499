//! Values as PostgreSQL sends them in binary.

use bytes::{BufMut, BytesMut};
use pgwire::api::Type;

use super::cell::{Cell, member_of};
use super::text;

/// Days and microseconds from 1970 to 2000, where PostgreSQL begins to count.
pub(super) const DAYS_TO_2000: i32 = 10_957;
pub(super) const MICROSECONDS_TO_2000: i64 = DAYS_TO_2000 as i64 * 86_400_000_000;

/// Writes a value with its length before it.
pub(super) fn write(kind: &Type, cell: &Cell<'_>, out: &mut BytesMut) {
    if matches!(cell, Cell::Null) {
        return out.put_i32(-1);
    }
    let begin = out.len();
    out.put_i32(0);
    write_value(kind, cell, out);
    let length = i32::try_from(out.len() - begin - 4).unwrap_or(i32::MAX);
    out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
}

fn write_value(kind: &Type, cell: &Cell<'_>, out: &mut BytesMut) {
    match cell {
        Cell::Bool(value) => out.put_u8((*value).into()),
        // The kind is that of the number's column: it fits.
        Cell::Number(value, _) if *kind == Type::INT2 => out.put_i16(*value as i16),
        Cell::Number(value, _) if *kind == Type::INT4 => out.put_i32(*value as i32),
        Cell::Number(value, _) if *kind == Type::OID => out.put_u32(*value as u32),
        Cell::Number(value, _) if *kind == Type::INT8 => out.put_i64(*value as i64),
        Cell::Number(value, places) => write_numeric(*value, *places, out),
        Cell::Real(value) => out.put_f64(*value),
        Cell::ShortReal(value) => out.put_f32(*value),
        Cell::Bytes(bytes) => out.put_slice(bytes),
        Cell::Date(days) if days.abs() == i32::MAX => out.put_i32(if *days > 0 { i32::MAX } else { i32::MIN }),
        Cell::Date(days) => out.put_i32(days.saturating_sub(DAYS_TO_2000)),
        Cell::Time(microseconds) => out.put_i64(*microseconds),
        Cell::Timestamp(instant, _) if instant.abs() == i64::MAX => {
            out.put_i64(if *instant > 0 { i64::MAX } else { i64::MIN });
        }
        Cell::Timestamp(instant, _) => out.put_i64(instant.saturating_sub(MICROSECONDS_TO_2000)),
        Cell::Interval(months, days, microseconds) => {
            out.put_i64(*microseconds);
            out.put_i32(*days);
            out.put_i32(*months);
        }
        Cell::List(members) => {
            let member = member_of(kind).unwrap_or(Type::TEXT);
            out.put_i32(i32::from(!members.is_empty()));
            out.put_i32(i32::from(members.null_count() > 0));
            out.put_u32(member.oid());
            if !members.is_empty() {
                out.put_i32(i32::try_from(members.len()).unwrap_or(i32::MAX));
                out.put_i32(1);
            }
            (0..members.len()).for_each(|row| write(&member, &Cell::of(members, row), out));
        }
        Cell::Null | Cell::Text(_) | Cell::Json(_) => {
            let mut text = String::new();
            text::write(cell, &mut text);
            out.put_slice(text.as_bytes());
        }
    }
}

/// Digits to the base of 10000, aligned at the decimal point.
fn write_numeric(value: i128, places: i8, out: &mut BytesMut) {
    let mut text = String::new();
    text::write(&Cell::Number(value, places), &mut text);
    let text = text.trim_start_matches('-');
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches('0');
    let whole_groups = whole.len().div_ceil(4);
    let digits = format!("{whole:0>width$}{part}", width = whole_groups * 4);
    let group =
        |group: &[u8]| (0..4).fold(0_i16, |sum, at| sum * 10 + i16::from(group.get(at).map_or(0, |d| d - b'0')));
    let groups: Vec<i16> = digits.as_bytes().chunks(4).map(group).collect();
    let leading = groups.iter().take_while(|group| **group == 0).count();
    let used = groups.iter().rposition(|group| *group != 0).map_or(0, |last| last + 1);
    let groups = groups.get(leading..used).unwrap_or_default();
    out.put_i16(i16::try_from(groups.len()).unwrap_or(i16::MAX));
    let weight = if groups.is_empty() { 0 } else { whole_groups as i64 - 1 - leading as i64 };
    out.put_i16(i16::try_from(weight).unwrap_or(0));
    out.put_u16(if value < 0 { 0x4000 } else { 0 });
    out.put_i16(places.max(0).into());
    groups.iter().for_each(|group| out.put_i16(*group));
}
