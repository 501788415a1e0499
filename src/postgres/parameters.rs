//! Values of parameters, in text or in binary, as the engine takes them. They are bound, never pasted.

use bytes::{Buf, Bytes};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use duckdb::types::{TimeUnit, Value};
use pgwire::api::Type;

use super::binary::{DAYS_TO_2000, MICROSECONDS_TO_2000};
use super::cell::member_of;
use super::error::Failure;
use super::statement::{Statement, Token};

/// Most members of all lists of a statement: each becomes a parameter.
const MOST_MEMBERS: usize = 10_000;

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parameter {
    One(Value),
    /// The engine's library binds no lists: the members are bound one by one.
    Many(Vec<Value>),
}

impl Parameter {
    /// Nothing, where only types are asked for.
    pub(super) fn nothing(kind: &Type) -> Self {
        if member_of(kind).is_some() { Self::Many(Vec::new()) } else { Self::One(Value::Null) }
    }

    /// The value that a client sends.
    pub(super) fn of(kind: &Type, is_binary: bool, bytes: Option<&Bytes>) -> Result<Self, Failure> {
        let Some(bytes) = bytes else { return Ok(Self::One(Value::Null)) };
        let unreadable =
            || Failure::new("22P03", format!("a parameter is no {} in the form that was announced", kind.name()));
        if is_binary {
            return if member_of(kind).is_some() { binary_list(bytes) } else { binary(kind, bytes).map(Self::One) }
                .ok_or_else(unreadable);
        }
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| Failure::new("22021", "a parameter is no text in UTF-8"))?;
        let unreadable = || Failure::new("22P02", format!("invalid input syntax for type {}", kind.name()));
        match member_of(kind) {
            Some(member) => {
                let member = |text: Option<String>| text.map_or(Some(Value::Null), |text| of_text(&member, &text));
                let members = list(text).and_then(|members| members.into_iter().map(member).collect());
                members.map(Self::Many).ok_or_else(unreadable)
            }
            None => of_text(kind, text).map(Self::One).ok_or_else(unreadable),
        }
    }
}

/// The statement's text with its parameters counted anew: a list is made of one parameter for each of its members.
pub(super) fn bind(statement: &Statement, parameters: &[Parameter]) -> Result<(String, Vec<Value>), Failure> {
    let (mut text, mut at) = (String::with_capacity(statement.text.len()), 0);
    let (mut values, mut known) = (Vec::new(), vec![None; parameters.len()]);
    for (token, place) in &statement.tokens {
        let Token::Parameter(number) = token else { continue };
        let parameter = parameters.get(number - 1);
        let parameter = parameter.ok_or_else(|| Failure::new("08P01", format!("there is no value for ${number}")))?;
        let first: &mut Option<usize> = &mut known[number - 1];
        let first = *first.get_or_insert_with(|| {
            let first = values.len() + 1;
            match parameter {
                Parameter::One(value) => values.push(value.clone()),
                Parameter::Many(members) => values.extend(members.iter().cloned()),
            }
            first
        });
        if values.len() > MOST_MEMBERS {
            return Err(Failure::new("54000", format!("lists of parameters hold at most {MOST_MEMBERS} values")));
        }
        text.push_str(&statement.text[at..place.start]);
        match parameter {
            Parameter::One(_) => text.push_str(&format!("${first}")),
            Parameter::Many(members) => {
                let numbers: Vec<String> = (first..first + members.len()).map(|number| format!("${number}")).collect();
                text.push_str(&format!("[{}]", numbers.join(", ")));
            }
        }
        at = place.end;
    }
    text.push_str(&statement.text[at..]);
    Ok((text, values))
}

fn of_text(kind: &Type, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    Some(match *kind {
        Type::BOOL => Value::Boolean(match trimmed.to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => true,
            "f" | "false" | "n" | "no" | "off" | "0" => false,
            _ => return None,
        }),
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => Value::BigInt(trimmed.parse().ok()?),
        Type::FLOAT4 | Type::FLOAT8 => Value::Double(trimmed.parse().ok()?),
        Type::NUMERIC => number(trimmed)?,
        // Some clients add an offset, which says nothing about a day.
        Type::DATE => Value::Date32(days(trimmed.split(' ').next()?.parse().ok()?)?),
        Type::TIME => Value::Time64(TimeUnit::Microsecond, since_midnight(trimmed.parse().ok()?)),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => Value::Timestamp(TimeUnit::Microsecond, instant(trimmed)?),
        Type::BYTEA => Value::Blob(bytes(trimmed)?),
        _ => Value::Text(text.to_owned()),
    })
}

/// Whole numbers stay whole; others are what the engine compares its decimals with.
fn number(text: &str) -> Option<Value> {
    let whole = || text.parse::<i128>().ok();
    text.parse()
        .map(Value::BigInt)
        .ok()
        .or_else(|| whole().map(Value::HugeInt))
        .or_else(|| text.parse().map(Value::Double).ok())
}

fn days(date: NaiveDate) -> Option<i32> {
    let first = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    i32::try_from(date.signed_duration_since(first).num_days()).ok()
}

fn since_midnight(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1000)
}

/// Microseconds since 1970, UTC: with an offset, or in UTC without one.
fn instant(text: &str) -> Option<i64> {
    let with_zone = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"];
    let without = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    let zoned = || with_zone.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    let naive = || without.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    let found = zoned().map(|instant| instant.naive_utc()).or_else(naive).or_else(day)?;
    Some(found.and_utc().timestamp_micros())
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len() % 2 == 0 { digits.chunks(2).map(pair).collect() } else { None }
}

fn binary(kind: &Type, mut bytes: &[u8]) -> Option<Value> {
    let text = |bytes: &[u8]| Some(Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()));
    let instant = |micros: i64| Value::Timestamp(TimeUnit::Microsecond, micros.saturating_add(MICROSECONDS_TO_2000));
    Some(match *kind {
        Type::BOOL => Value::Boolean(bytes.try_get_u8().ok()? != 0),
        Type::INT2 => Value::SmallInt(bytes.try_get_i16().ok()?),
        Type::INT4 => Value::Int(bytes.try_get_i32().ok()?),
        Type::INT8 => Value::BigInt(bytes.try_get_i64().ok()?),
        Type::OID => Value::UInt(bytes.try_get_u32().ok()?),
        Type::FLOAT4 => Value::Float(bytes.try_get_f32().ok()?),
        Type::FLOAT8 => Value::Double(bytes.try_get_f64().ok()?),
        Type::NUMERIC => number(&numeric(bytes)?)?,
        Type::DATE => Value::Date32(bytes.try_get_i32().ok()?.saturating_add(DAYS_TO_2000)),
        Type::TIME => Value::Time64(TimeUnit::Microsecond, bytes.try_get_i64().ok()?),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => instant(bytes.try_get_i64().ok()?),
        Type::INTERVAL => {
            let (micros, days) = (bytes.try_get_i64().ok()?, bytes.try_get_i32().ok()?);
            Value::Interval { months: bytes.try_get_i32().ok()?, days, nanos: micros.saturating_mul(1000) }
        }
        Type::UUID => {
            let digits = format!("{:032x}", bytes.try_get_u128().ok()?);
            Value::Text([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
        }
        Type::BYTEA => Value::Blob(bytes.to_vec()),
        Type::JSONB => text(bytes.get(1..)?)?,
        _ => text(bytes)?,
    })
}

/// The digits of a number to the base of 10000.
fn numeric(mut bytes: &[u8]) -> Option<String> {
    let groups = bytes.try_get_i16().ok()?;
    let weight = i32::from(bytes.try_get_i16().ok()?);
    let sign = bytes.try_get_u16().ok()?;
    let places = usize::from(bytes.try_get_u16().ok()?.min(16_383));
    let groups: Vec<u16> =
        (0..groups).map(|_| bytes.try_get_u16().ok().filter(|group| *group < 10_000)).collect::<Option<_>>()?;
    let of = |place: i32| usize::try_from(weight - place).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    if sign == 0xC000 {
        return Some("NaN".to_owned());
    }
    let mut text = String::from(if sign == 0x4000 { "-" } else { "" });
    // More digits than any number of the engine's has.
    if weight > 20 {
        return None;
    }
    (0..=weight.max(0)).rev().for_each(|place| text.push_str(&format!("{:04}", of(place))));
    if places > 0 {
        let part: String = (1..=places.div_ceil(4)).map(|place| format!("{:04}", of(-(place as i32)))).collect();
        text.push('.');
        text.push_str(&part[..places]);
    }
    Some(text)
}

fn binary_list(mut bytes: &[u8]) -> Option<Parameter> {
    let dimensions = bytes.try_get_i32().ok()?;
    bytes.try_get_i32().ok()?;
    let member = Type::from_oid(bytes.try_get_u32().ok()?)?;
    if dimensions == 0 {
        return Some(Parameter::Many(Vec::new()));
    }
    let length = bytes.try_get_i32().ok().filter(|_| dimensions == 1)?;
    bytes.try_get_i32().ok()?;
    let mut members = Vec::new();
    for _ in 0..length {
        let size = bytes.try_get_i32().ok()?;
        members.push(match usize::try_from(size) {
            Ok(size) => {
                let (value, rest) = bytes.split_at_checked(size)?;
                bytes = rest;
                binary(&member, value)?
            }
            Err(_) => Value::Null,
        });
    }
    Some(Parameter::Many(members))
}

/// The members of a list like `{a,"b c",NULL}`.
fn list(text: &str) -> Option<Vec<Option<String>>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut members = Vec::new();
    let mut rest = inner.chars().peekable();
    if rest.peek().is_none() {
        return Some(members);
    }
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        let (mut member, is_quoted) = (String::new(), rest.next_if_eq(&'"').is_some());
        let mut is_closed = !is_quoted;
        while let Some(c) = rest.next_if(|c| is_quoted || *c != ',') {
            match c {
                '"' if is_quoted => {
                    is_closed = true;
                    break;
                }
                '\\' => member.push(rest.next()?),
                '{' | '}' if !is_quoted => return None,
                other => member.push(other),
            }
        }
        let is_null = !is_quoted && member.trim().eq_ignore_ascii_case("null");
        members.push((!is_null).then(|| if is_quoted { member } else { member.trim().to_owned() }));
        match rest.next() {
            Some(',') if is_closed => {}
            None if is_closed => return Some(members),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &Type, is_binary: bool, bytes: &'static [u8]) -> Option<Parameter> {
        Parameter::of(kind, is_binary, Some(&Bytes::from_static(bytes))).ok()
    }

    #[test]
    fn lists_are_read() {
        let text = |text: &str| Value::Text(text.into());
        let wanted = Parameter::Many(vec![text("a"), text("b c"), text("d\"e"), Value::Null, text("null"), text("")]);
        assert_eq!(of(&Type::TEXT_ARRAY, false, br#"{a, "b c","d\"e",NULL,"null",""}"#), Some(wanted));
        assert_eq!(of(&Type::INT4_ARRAY, false, b"{}"), Some(Parameter::Many(Vec::new())));
        for broken in [b"{".as_slice(), b"a", b"{\"}", b"{{1},{2}}", b"{a}b", b"{\\"] {
            assert_eq!(of(&Type::TEXT_ARRAY, false, broken), None, "{broken:?}");
        }
    }

    #[test]
    fn values_that_are_too_short_are_refused() {
        for kind in
            [Type::INT4, Type::INT8, Type::NUMERIC, Type::TIMESTAMP, Type::UUID, Type::INTERVAL, Type::INT4_ARRAY]
        {
            assert_eq!(of(&kind, true, b"\0"), None, "{kind}");
        }
        assert_eq!(of(&Type::INT4_ARRAY, true, b"\0\0\0\x01\0\0\0\0\0\0\0\x17\x7f\xff\xff\xff\0\0\0\x01"), None);
    }

    #[test]
    fn numbers_and_instants_are_read() {
        let one = |value| Some(Parameter::One(value));
        assert_eq!(of(&Type::NUMERIC, true, b"\0\x02\0\0\x40\0\0\x02\0\x0c\x0b\xb8"), one(Value::Double(-12.3)));
        assert_eq!(of(&Type::NUMERIC, true, b"\0\x01\0\x01\0\0\0\0\0\x01"), one(Value::BigInt(10_000)));
        let instant = |micros| one(Value::Timestamp(TimeUnit::Microsecond, micros));
        assert_eq!(of(&Type::TIMESTAMPTZ, false, b"1970-01-01 02:00:00.5+02"), instant(500_000));
        assert_eq!(of(&Type::TIMESTAMP, false, b"1970-01-02"), instant(86_400_000_000));
        assert_eq!(of(&Type::DATE, false, b"1970-01-03 +02"), one(Value::Date32(2)));
        assert_eq!(of(&Type::TIMESTAMP, true, &[0; 8]), instant(MICROSECONDS_TO_2000));
    }

    #[test]
    fn lists_become_parameters_of_their_members() {
        let statement = Statement::only("select $2, $1, $2 where x = any($3)").expect("one");
        let one = |number| Value::BigInt(number);
        let given = [Parameter::One(one(1)), Parameter::One(one(2)), Parameter::Many(vec![one(3), one(4)])];
        let (text, values) = bind(&statement, &given).expect("bound");
        assert_eq!(text, "select $1, $2, $1 where x = any([$3, $4])");
        assert_eq!(values, [one(2), one(1), one(3), one(4)]);
        assert!(bind(&statement, &given[..2]).is_err());
    }
}
