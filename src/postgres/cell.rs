//! What an answer holds, in PostgreSQL's terms: the kind of a column, and one value of it.

use std::borrow::Cow;

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use duckdb::arrow::array::{Array, ArrayRef, AsArray};
use duckdb::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalUnit, Time64MicrosecondType, Time64NanosecondType,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use pgwire::api::Type;
use serde_json::{Map, Value as Json};

/// A column of an answer.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// What it holds.
    pub(super) kind: Type,
}

/// What a column of the engine's is to clients. `has_oids`: numbers of 32 bits without sign name things of the
/// catalogue.
pub(super) fn kind_of(engine: &DataType, has_oids: bool) -> Type {
    match engine {
        DataType::Boolean => Type::BOOL,
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => Type::INT2,
        DataType::Int32 | DataType::UInt16 => Type::INT4,
        DataType::UInt32 if has_oids => Type::OID,
        DataType::Int64 | DataType::UInt32 => Type::INT8,
        DataType::UInt64 | DataType::Decimal128(..) => Type::NUMERIC,
        DataType::Float32 => Type::FLOAT4,
        DataType::Float64 => Type::FLOAT8,
        DataType::Date32 => Type::DATE,
        DataType::Time64(_) => Type::TIME,
        DataType::Timestamp(_, None) => Type::TIMESTAMP,
        DataType::Timestamp(_, Some(_)) => Type::TIMESTAMPTZ,
        DataType::Interval(IntervalUnit::MonthDayNano) | DataType::Duration(TimeUnit::Microsecond) => Type::INTERVAL,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => Type::BYTEA,
        DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _) => {
            list_of(&kind_of(of.data_type(), has_oids)).unwrap_or(Type::JSON)
        }
        DataType::Struct(_) | DataType::Map(..) => Type::JSON,
        _ => Type::TEXT,
    }
}

/// Types, and those of their lists.
static LISTS: [(Type, Type); 17] = [
    (Type::BOOL, Type::BOOL_ARRAY),
    (Type::INT2, Type::INT2_ARRAY),
    (Type::INT4, Type::INT4_ARRAY),
    (Type::INT8, Type::INT8_ARRAY),
    (Type::OID, Type::OID_ARRAY),
    (Type::NUMERIC, Type::NUMERIC_ARRAY),
    (Type::FLOAT4, Type::FLOAT4_ARRAY),
    (Type::FLOAT8, Type::FLOAT8_ARRAY),
    (Type::DATE, Type::DATE_ARRAY),
    (Type::TIME, Type::TIME_ARRAY),
    (Type::TIMESTAMP, Type::TIMESTAMP_ARRAY),
    (Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY),
    (Type::INTERVAL, Type::INTERVAL_ARRAY),
    (Type::BYTEA, Type::BYTEA_ARRAY),
    (Type::TEXT, Type::TEXT_ARRAY),
    (Type::VARCHAR, Type::VARCHAR_ARRAY),
    (Type::UUID, Type::UUID_ARRAY),
];

/// The type of a type's lists; none for lists and objects.
pub(super) fn list_of(member: &Type) -> Option<Type> {
    LISTS.iter().find(|(known, _)| known == member).map(|(_, list)| list.clone())
}

/// The type of a list's members.
pub(super) fn member_of(list: &Type) -> Option<Type> {
    LISTS.iter().find(|(_, known)| known == list).map(|(member, _)| member.clone())
}

/// Bytes of every value of a type; -1 where they differ.
pub(super) fn size_of(kind: &Type) -> i16 {
    match *kind {
        Type::BOOL => 1,
        Type::INT2 => 2,
        Type::INT4 | Type::OID | Type::FLOAT4 | Type::DATE => 4,
        Type::INT8 | Type::FLOAT8 | Type::TIME | Type::TIMESTAMP | Type::TIMESTAMPTZ => 8,
        Type::INTERVAL | Type::UUID => 16,
        _ => -1,
    }
}

/// One value.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    /// A whole number, or one with so many decimal places.
    Number(i128, i8),
    Real(f64),
    /// With the digits of 32 bits.
    ShortReal(f32),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970, UTC; whether the type says so.
    Timestamp(i64, bool),
    /// Months, days, microseconds.
    Interval(i32, i32, i64),
    List(ArrayRef),
    Json(Json),
}

impl<'a> Cell<'a> {
    /// The value in a row of a column.
    pub(super) fn of(array: &'a dyn Array, row: usize) -> Self {
        if array.is_null(row) || *array.data_type() == DataType::Null {
            return Self::Null;
        }
        macro_rules! at {
            ($kind:ty) => {
                array.as_primitive::<$kind>().value(row)
            };
        }
        match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean().value(row)),
            DataType::Int8 => Self::Number(at!(Int8Type).into(), 0),
            DataType::Int16 => Self::Number(at!(Int16Type).into(), 0),
            DataType::Int32 => Self::Number(at!(Int32Type).into(), 0),
            DataType::Int64 => Self::Number(at!(Int64Type).into(), 0),
            DataType::UInt8 => Self::Number(at!(UInt8Type).into(), 0),
            DataType::UInt16 => Self::Number(at!(UInt16Type).into(), 0),
            DataType::UInt32 => Self::Number(at!(UInt32Type).into(), 0),
            DataType::UInt64 => Self::Number(at!(UInt64Type).into(), 0),
            DataType::Decimal128(_, places) => Self::Number(at!(Decimal128Type), *places),
            DataType::Float32 => Self::ShortReal(at!(Float32Type)),
            DataType::Float64 => Self::Real(at!(Float64Type)),
            DataType::Date32 => Self::Date(at!(Date32Type)),
            DataType::Time64(TimeUnit::Nanosecond) => Self::Time(at!(Time64NanosecondType) / 1000),
            DataType::Time64(_) => Self::Time(at!(Time64MicrosecondType)),
            DataType::Timestamp(unit, zone) => {
                let microseconds = match unit {
                    TimeUnit::Second => at!(TimestampSecondType).saturating_mul(1_000_000),
                    TimeUnit::Millisecond => at!(TimestampMillisecondType).saturating_mul(1000),
                    TimeUnit::Microsecond => at!(TimestampMicrosecondType),
                    TimeUnit::Nanosecond => at!(TimestampNanosecondType).div_euclid(1000),
                };
                Self::Timestamp(microseconds, zone.is_some())
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let interval = at!(IntervalMonthDayNanoType);
                Self::Interval(interval.months, interval.days, interval.nanoseconds / 1000)
            }
            DataType::Duration(TimeUnit::Microsecond) => Self::Interval(0, 0, at!(DurationMicrosecondType)),
            DataType::Utf8 => Self::Text(array.as_string::<i32>().value(row).into()),
            DataType::LargeUtf8 => Self::Text(array.as_string::<i64>().value(row).into()),
            DataType::Utf8View => Self::Text(array.as_string_view().value(row).into()),
            DataType::Binary => Self::Bytes(array.as_binary::<i32>().value(row)),
            DataType::LargeBinary => Self::Bytes(array.as_binary::<i64>().value(row)),
            DataType::BinaryView => Self::Bytes(array.as_binary_view().value(row)),
            DataType::FixedSizeBinary(_) => Self::Bytes(array.as_fixed_size_binary().value(row)),
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
                if kind_of(array.data_type(), false) == Type::JSON {
                    Self::Json(json(array, row))
                } else {
                    Self::List(members(array, row))
                }
            }
            DataType::Struct(_) | DataType::Map(..) => Self::Json(json(array, row)),
            _ => Self::Text(shown(array, row).into()),
        }
    }
}

/// The members of a list.
fn members(array: &dyn Array, row: usize) -> ArrayRef {
    match array.data_type() {
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        DataType::FixedSizeList(..) => array.as_fixed_size_list().value(row),
        _ => array.as_list::<i32>().value(row),
    }
}

/// What the engine's library makes of a value of a rare type.
fn shown(array: &dyn Array, row: usize) -> String {
    let options = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(array, &options);
    formatter.and_then(|formatter| formatter.value(row).try_to_string()).unwrap_or_else(|error| error.to_string())
}

/// A value within an object or a list of lists.
fn json(array: &dyn Array, row: usize) -> Json {
    if array.is_null(row) {
        return Json::Null;
    }
    match array.data_type() {
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            Json::Object(columns.map(|(field, column)| (field.name().clone(), json(column, row))).collect())
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let name = |key: Json| if let Json::String(name) = key { name } else { key.to_string() };
            let entry = |at: usize| (name(json(entries.column(0), at)), json(entries.column(1), at));
            Json::Object((0..entries.len()).map(entry).collect::<Map<_, _>>())
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            let members = members(array, row);
            Json::Array((0..members.len()).map(|at| json(&members, at)).collect())
        }
        _ => match Cell::of(array, row) {
            Cell::Bool(value) => Json::Bool(value),
            Cell::Number(value, 0) if i64::try_from(value).is_ok() => Json::from(value as i64),
            Cell::Real(value) => Json::from(value),
            Cell::ShortReal(value) => Json::from(value),
            other => {
                let mut text = String::new();
                super::text::write(&other, &mut text);
                Json::String(text)
            }
        },
    }
}
