//! Files of every shape, whole and damaged.

use std::io::{self, Read, Write};

use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::values::{List, Piece, Values, unpacked};
use super::*;

mod listings;
mod users;

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-27T12:00:00Z").expect("an instant").to_utc()
}

/// A sign-in of a pool's user, the `number`th.
fn record(number: u32) -> Value {
    let at = now() - TimeDelta::hours(30) + TimeDelta::seconds(i64::from(number) * 40);
    json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "Unknown"},
        "eventTime": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": "InitiateAuth",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "192.0.2.7",
        "requestParameters": {"authFlow": "USER_PASSWORD_AUTH", "clientId": "1client", "userPoolId": "eu-central-1_Imported1"},
        "responseElements": {"challengeName": "SMS_MFA"},
        "additionalEventData": {"sub": format!("00000000-0000-4000-8000-{:012}", number % 7)},
        "eventID": Uuid::from_u128(0x4000 + u128::from(number)),
    })
}

fn records(range: std::ops::Range<u32>) -> Vec<Value> {
    range.map(record).collect()
}

fn receipt(number: u32) -> Value {
    json!({
        "notification": {"messageId": Uuid::from_u128(0x9000 + u128::from(number)), "timestamp": "2026-11-26 10:00:00.000"},
        "delivery": {"destination": "+4915112345678", "priceInUSD": 0.07, "smsType": "Transactional", "providerResponse": "Message has been accepted by phone", "dwellTimeMs": 100},
        "status": "SUCCESS",
    })
}

fn notice() -> Value {
    json!({
        "eventTimestamp": "1795773600000",
        "eventSource": "USER_NOTIFICATION",
        "logLevel": "ERROR",
        "message": {"details": "SMS Failure"},
        "logSourceId": {"userPoolId": "eu-central-1_Imported1"},
    })
}

struct World {
    importer: Importer,
    store: Store,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self::of_config("")
    }

    /// With more of a config behind its one source.
    fn of_config(more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store.duckdb")).expect("a store");
        let text = format!("[[source]]\nname = \"history\"\nregion = \"eu-central-1\"\n{more}");
        let config = Config::parse(&text, "test").expect("valid");
        let importer = Importer::new(store.clone(), Clock::of(now), Arc::new(config), Arc::default(), Arc::default());
        Self { importer, store, _folder: folder }
    }

    fn import(&self, files: &[(&str, Vec<u8>)]) -> Report {
        let parcels = files.iter().map(|(name, bytes)| Parcel {
            name: (*name).to_owned(),
            file_id: None,
            aws_region: None,
            pool: None,
            changed_at: None,
            content: Box::new(bytes.as_slice()),
        });
        self.run(parcels)
    }

    fn run<'a>(&self, parcels: impl Iterator<Item = Parcel<'a>> + Send) -> Report {
        let mut run = self.importer.begin("history");
        let mut report = self.importer.read(&mut run, parcels, |_| {}).expect("stored");
        report.add(self.importer.end(run).expect("stored"));
        report
    }

    /// Rows of everything that figures are made of.
    fn contents(&self) -> Vec<String> {
        let tables = ["event", "hourly_count", "counter", "record_count", "sms_message", "delivery_notice", "sub_pool"];
        tables.iter().flat_map(|table| rows(&self.store, table)).collect()
    }
}

fn rows(store: &Store, table: &str) -> Vec<String> {
    let reader = store.read().expect("a reader");
    let mut rows = reader.texts(&format!("select '{table} ' || ({table}::varchar) from {table}")).expect("rows");
    rows.sort();
    rows
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn lines(values: &[Value]) -> Vec<u8> {
    values.iter().map(|value| format!("{value}\n")).collect::<String>().into_bytes()
}

/// What the values of a file are, read from pieces of a few bytes.
fn values(bytes: &[u8], piece: usize) -> (Vec<(String, List)>, usize, Option<String>) {
    struct Drops<'a>(&'a [u8], usize);
    impl Read for Drops<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(bytes.len());
            bytes[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }
    let (mut found, mut garbage) = (Vec::new(), 0);
    let (content, is_gzip) = unpacked(Drops(bytes, piece)).expect("memory");
    let mut values = Values::new(content, is_gzip);
    loop {
        match values.next() {
            Ok(Some((Piece::Value { text, list }, _))) => found.push((text.to_owned(), list)),
            Ok(Some((Piece::Garbage { .. }, _))) => garbage += 1,
            Ok(Some((Piece::Page { .. }, _))) => {}
            Ok(None) => return (found, garbage, None),
            Err(error) => return (found, garbage, Some(error.to_string())),
        }
    }
}

#[test]
fn every_shape_of_a_file_gives_the_same_records() {
    let all = records(0..50);
    let events: Vec<Value> =
        all.iter().map(|record| json!({"EventId": "x", "CloudTrailEvent": record.to_string()})).collect();
    let log_events: Vec<Value> =
        all.iter().map(|record| json!({"timestamp": 1_795_000_000_000_i64, "message": record.to_string()})).collect();
    let stamped: String = all.iter().map(|record| format!("2026-11-26T10:00:00.000Z {record}\n")).collect();
    let pretty = |value: &Value| serde_json::to_vec_pretty(value).expect("JSON");
    let deliveries: Vec<u8> = log_events
        .chunks(7)
        .flat_map(|events| text(&json!({"messageType": "DATA_MESSAGE", "logGroup": "trail", "logEvents": events})))
        .collect();
    let two: Vec<u8> = [text(&json!({"Records": all[..20]})), text(&json!({"Records": all[20..]}))].concat();
    let files = [
        ("S3", packed(&text(&json!({"Records": all})))),
        ("unpacked", text(&json!({"Records": all}))),
        ("pretty", pretty(&json!({"Records": all}))),
        ("two documents", two),
        ("two gzip members", [packed(&lines(&all[..20])), packed(&lines(&all[20..]))].concat()),
        ("lines", lines(&all)),
        ("lines of documents", lines(&[json!({"Records": all[..30]}), json!({"Records": all[30..]})])),
        ("list", text(&json!(all))),
        ("pretty values", all.iter().flat_map(pretty).collect()),
        ("lookup-events", pretty(&json!({"Events": events, "NextToken": "more"}))),
        ("filter-log-events", pretty(&json!({"events": log_events, "searchedLogStreams": []}))),
        ("subscription", deliveries),
        ("lines of Windows", stamped.replace('\n', " \r\n").into_bytes()),
        ("stamped lines", stamped.into_bytes()),
    ];
    let expected = {
        let world = World::new();
        world.import(&[("a", files[0].1.clone())]);
        world.contents()
    };
    assert_eq!(expected.iter().filter(|row| row.starts_with("event ")).count(), 50);
    for (name, bytes) in files {
        let world = World::new();
        let report = world.import(&[(name, bytes)]);
        assert_eq!((report.files, report.stored, report.records()), (1, 50, 50), "{name}: {report:?}");
        assert_eq!(world.contents(), expected, "{name}");
    }
}

#[test]
fn an_import_done_again_or_otherwise_changes_nothing() {
    let world = World::new();
    let trail = ("trail", packed(&text(&json!({"Records": records(0..300)}))));
    let messages = ("messages", lines(&[receipt(1), receipt(2), receipt(1)]));
    let notices = ("notices", lines(&[notice()]));
    let report = world.import(&[trail.clone(), messages.clone(), notices.clone()]);
    assert_eq!((report.files, report.stored, report.duplicate, report.malformed), (3, 303, 1, 0), "{report:?}");
    let before = world.contents();
    let report = world.import(&[notices, messages, trail]);
    assert_eq!((report.stored, report.duplicate), (0, 304), "{report:?}");
    assert_eq!(world.contents(), before);
    let other = World::new();
    let mut shuffled = records(0..300);
    shuffled.reverse();
    for some in shuffled.chunks(90) {
        other.import(&[("lines", lines(some))]);
    }
    other.import(&[("messages", lines(&[receipt(2), receipt(1)])), ("notices", lines(&[notice()]))]);
    assert_eq!(other.contents(), before);
}

#[test]
fn what_is_no_record_is_told_by_file_and_line() {
    let world = World::new();
    let mut mixed = lines(&records(0..3));
    mixed.extend(b"{\"eventName\": \n\n[1, 2]\nplain words\n{\"a\": 1}\n\xff\xfe\n");
    mixed.extend(lines(&records(3..5)));
    let report = world.import(&[("mixed", mixed)]);
    assert_eq!((report.files, report.stored, report.malformed), (1, 5, 5), "{report:?}");
    let lines: Vec<(u64, u64)> = report.malformed_at.iter().map(|place| (place.line, place.record)).collect();
    assert_eq!(lines, [(4, 4), (6, 5), (7, 6), (8, 7), (9, 8)]);
    let digest = json!({"digestStartTime": "2026-11-26T10:00:00Z", "logFiles": []});
    let other = json!({"Records": [{"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "eventTime": "2026-11-26T10:00:00Z"}]});
    let report = world.import(&[("digest", packed(&text(&digest))), ("other", text(&other)), ("empty", Vec::new())]);
    assert_eq!((report.files, report.ignored, report.malformed), (3, 2, 0), "{report:?}");
    let old = json!({"Records": [{"eventSource": "cognito-idp.amazonaws.com", "eventName": "InitiateAuth", "awsRegion": "eu-central-1", "eventTime": "2020-11-26T10:00:00Z"}]});
    assert_eq!(world.import(&[("old", text(&old))]).ignored, 1, "past its retention");
}

#[test]
fn a_line_that_breaks_off_is_malformed_whatever_was_read_of_it() {
    let world = World::new();
    let cut = text(&json!({"Records": records(1..40)}));
    let bytes =
        [lines(&records(0..1)), cut[..cut.len() / 2].to_vec(), b"\n".to_vec(), lines(&records(50..51))].concat();
    let report = world.import(&[("lines", bytes)]);
    assert_eq!((report.files, report.malformed), (1, 1), "{report:?}");
    assert!((3..41).contains(&report.stored), "{report:?}");
}

#[test]
fn blanks_without_end_are_not_kept() {
    for begun in [&b"{\"Records\":["[..], b"{\"Records\"", b"[", b"{"] {
        let bytes = [begun, &vec![b' '; 40 << 20]].concat();
        let (found, garbage, error) = values(&bytes, 1 << 20);
        assert_eq!((found.len(), garbage), (0, 0));
        assert_eq!(error.as_deref(), Some("line 1: a value of more than 16 MiB"), "{}", String::from_utf8_lossy(begun));
    }
}

#[test]
fn a_damaged_file_gives_what_is_whole_and_says_why() {
    let document = text(&json!({"Records": records(0..2_000)}));
    let mut gzip = packed(&document);
    gzip.truncate(gzip.len() * 2 / 3);
    let mut flipped = packed(&document);
    let middle = flipped.len() / 2;
    flipped[middle..middle + 40].fill(0);
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("cut gzip", gzip, "it is cut off"),
        ("flipped gzip", flipped, "not gzip to its end"),
        ("cut document", document[..document.len() / 2].to_vec(), "it is cut off"),
        ("broken document", [&document[..document.len() - 2], b",}}}}"].concat(), "not JSON"),
        ("words", b"Dear reader,\nthis is a letter.\n".to_vec(), "it is not JSON"),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "it is not JSON"),
    ];
    for (name, bytes, reason) in cases {
        let world = World::new();
        let report = world.import(&[(name, bytes), ("whole", lines(&records(5_000..5_003)))]);
        let [unreadable] = report.unreadable.as_slice() else { panic!("{name}: {report:?}") };
        assert_eq!(unreadable.file, name);
        assert!(unreadable.reason.contains(reason), "{name}: {}", unreadable.reason);
        assert_eq!(report.files, 1, "{name}: the other file is read");
        assert!(report.stored >= 3, "{name}: {report:?}");
    }
}

#[test]
fn a_file_that_was_read_is_known() {
    let world = World::new();
    let file_id = Uuid::from_u128(7);
    let cut = Uuid::from_u128(8);
    let document = text(&json!({"Records": records(0..3)}));
    let parcel = |file_id, bytes: Vec<u8>| Parcel {
        name: "a".to_owned(),
        file_id: Some(file_id),
        aws_region: None,
        pool: None,
        changed_at: None,
        content: Box::new(io::Cursor::new(bytes)),
    };
    let parcels = [parcel(file_id, document.clone()), parcel(cut, document[..document.len() - 9].to_vec())];
    world.run(parcels.into_iter());
    let known = world.importer.known(&[cut, file_id, Uuid::nil()]).expect("an answer");
    assert_eq!(known, HashSet::from([file_id]), "one that was cut off is read again");
}

#[test]
fn history_alone_settles_what_is_old_enough() {
    let world = World::new();
    let abandoned = || {
        let rows = rows(&world.store, "hourly_count");
        rows.into_iter().filter(|row| row.contains("'series': abandoned")).collect::<Vec<_>>()
    };
    world.import(&[("a", lines(&records(0..3)))]);
    assert_eq!(abandoned(), Vec::<String>::new(), "answers may still come");
    let mut to_come = record(4);
    to_come["eventTime"] = json!("2031-11-27T12:00:00Z");
    world.import(&[("c", lines(&[to_come]))]);
    assert_eq!(abandoned(), Vec::<String>::new(), "a clock that is wrong says nothing about the others");
    world.import(&[("b", lines(&records(200..201)))]);
    assert!(matches!(abandoned().as_slice(), [row] if row.contains("'events': 3")), "{:?}", abandoned());
}

proptest! {
    /// However the bytes arrive, a document gives its records, and any bytes give an answer.
    #[test]
    fn pieces_of_any_size(sizes in proptest::collection::vec(0..60_usize, 0..12), piece in 1..97_usize, cut in any::<prop::sample::Index>()) {
        let all: Vec<Value> = sizes.iter().map(|size| json!({"a\\\"": "}]{[\\\"".repeat(*size), "b": [1.5e3, null, {"c": "é"}]})).collect();
        let document = format!("\u{feff} {{\"x\": {{\"Records\": [1]}}, \"Records\": {}}}", json!(all)).into_bytes();
        let (found, garbage, error) = values(&document, piece);
        // The first member of the document is another one: it is one value.
        prop_assert_eq!((found.len(), garbage, error), (1, 0, None));
        let document = text(&json!({"Records": all, "y": "z"}));
        let (found, garbage, error) = values(&document, piece);
        prop_assert_eq!((garbage, error), (0, None));
        let found: Vec<Value> = found.iter().map(|(text, list)| {
            assert_eq!(*list, List::Records);
            serde_json::from_str(text).expect("JSON")
        }).collect();
        prop_assert_eq!(&found, &all);
        let cut = cut.index(document.len());
        let (found, ..) = values(&document[..cut], piece);
        prop_assert!(found.len() <= all.len());
    }

    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(prop::sample::select(b"{}[]\",:\\ \nRecordsEvents01.\xff\x1f\x8b".to_vec()), 0..200), piece in 1..20_usize) {
        values(&bytes, piece);
    }
}
