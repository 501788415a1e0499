//! What is written is what was asked, as others read it.

use std::sync::Arc;

use duckdb::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};

use super::*;

fn rows() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("=name", Arc::new(StringArray::from(vec![Some("=1+1"), Some("a\n\"b\", c"), None]))),
        ("whole", Arc::new(Int64Array::from(vec![Some(-5), None, Some(i64::MAX)]))),
        (
            "sum",
            Arc::new(
                Decimal128Array::from(vec![Some(12), Some(-3), None])
                    .with_precision_and_scale(38, 0)
                    .expect("a precision"),
            ),
        ),
        ("real", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None]))),
        ("is_so", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(1_767_225_600_000_000),
                Some(1_767_225_600_500_000),
                None,
            ])),
        ),
        ("day", Arc::new(Date32Array::from(vec![Some(20_454), None, None]))),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

fn spool() -> Spool {
    Spool::in_folder(&std::env::temp_dir())
}

fn bytes(spool: Spool) -> Vec<u8> {
    match spool.finish().expect("whole") {
        Spooled::Bytes(bytes) => bytes,
        Spooled::File(_) => panic!("a short answer stays in memory"),
    }
}

fn written(format: Format, is_cut: bool) -> Vec<u8> {
    let mut writing = Writing::new(format, spool());
    let rows = rows();
    writing.begin(&rows.schema()).expect("begun");
    writing.take(&rows.slice(0, 2)).expect("taken");
    writing.take(&rows.slice(2, 1)).expect("taken");
    bytes(writing.end(is_cut).expect("ended"))
}

#[test]
fn json_says_what_it_holds_and_whether_there_is_more() {
    let text = String::from_utf8(written(Format::Json, true)).expect("text");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "columns": ["=name", "whole", "sum", "real", "is_so", "at", "day"],
            "types": ["text", "integer", "integer", "real", "boolean", "timestamp", "date"],
            "rows": [
                ["=1+1", -5, 12, 0.5, true, "2026-01-01T00:00:00Z", "2026-01-01"],
                ["a\n\"b\", c", null, -3, null, null, "2026-01-01T00:00:00.500Z", null],
                [null, i64::MAX, null, null, false, null, null],
            ],
            "truncated": true,
        })
    );
    let mut empty = Writing::new(Format::Json, spool());
    empty.begin(&rows().schema()).expect("begun");
    let text = String::from_utf8(bytes(empty.end(false).expect("ended"))).expect("text");
    assert!(text.ends_with("\"rows\":[],\"truncated\":false}\n"), "{text}");
}

#[test]
fn csv_holds_no_formula_and_keeps_its_numbers() {
    let text = String::from_utf8(written(Format::Csv, false)).expect("text");
    assert_eq!(
        text,
        "'=name,whole,sum,real,is_so,at,day\n\
         '=1+1,-5,12,0.5,true,2026-01-01T00:00:00Z,2026-01-01\n\
         \"a\n\"\"b\"\", c\",,-3,NaN,,2026-01-01T00:00:00.500Z,\n\
         ,9223372036854775807,,,false,,\n"
    );
}

#[test]
fn arrow_and_parquet_hold_the_rows() {
    let arrow = written(Format::Arrow, false);
    let read: Vec<RecordBatch> = arrow_ipc::reader::StreamReader::try_new(arrow.as_slice(), None)
        .expect("a stream")
        .map(|part| part.expect("a batch"))
        .collect();
    assert_eq!(read, [rows().slice(0, 2), rows().slice(2, 1)]);
    let parquet = written(Format::Parquet, false);
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
}

#[test]
fn what_is_accepted_is_written() {
    for (accept, format) in [
        ("*/*", Some(Format::Json)),
        ("application/json", Some(Format::Json)),
        ("text/csv", Some(Format::Csv)),
        ("text/html, text/*;q=0.1", Some(Format::Csv)),
        ("application/vnd.apache.parquet, */*;q=0.1", Some(Format::Parquet)),
        ("application/json;q=0.2, application/vnd.apache.arrow.stream;q=0.9", Some(Format::Arrow)),
        ("image/png", None),
        ("application/json;q=0", None),
        ("", None),
    ] {
        assert_eq!(Format::accepted(accept), format, "{accept}");
    }
}
