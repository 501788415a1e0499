//! What history from files costs, against what the same files cost others: `make bench`.
//!
//! The files are CloudTrail's as S3 holds them. They are read by gunzip and a JSON parser alone, by DuckDB's own
//! `read_json` with JSON paths, and by `mfascope import`, all in one run and on the same cores.

#[path = "../history/records.rs"]
#[expect(dead_code, reason = "of the records of that bench only those of the trail are taken")]
mod records;

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use mfascope::clock::Clock;
use mfascope::import::walk;
use mfascope::model::PoolKey;
use mfascope::store::Store;
use records::Records;

/// Records of a file: what a busy account writes in five minutes.
const OF_A_FILE: usize = 2_000;

fn main() -> anyhow::Result<()> {
    let records: usize = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1_000_000);
    for (name, others) in [("Cognito alone", 0), ("two of three of other services", 2)] {
        // Files of whole groups of records.
        measure(name, records / (others + 1) * (others + 1), others)?;
    }
    Ok(())
}

fn measure(name: &str, records: usize, others: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("AWSLogs/123456789012/CloudTrail/us-east-1");
    std::fs::create_dir_all(&files)?;
    let bytes = write(&files, records, others)?;
    let paths: Vec<PathBuf> = walk(std::slice::from_ref(&files)).files.into_iter().map(|file| file.path).collect();
    println!(
        "{name}: {records} records, {:.0} bytes each, in {} files of {:.0} kB",
        bytes as f64 / records as f64,
        paths.len(),
        std::fs::metadata(&paths[0])?.len() as f64 / 1e3
    );
    let tell = |what: &str, seconds: f64| {
        println!("  {what:<34}{seconds:>8.2} s {:>10.0} records/s", records as f64 / seconds);
        seconds
    };
    let parsed = tell("gunzip and JSON parser", timed(|| parse(&paths, records))?);
    let read_json = tell("DuckDB read_json, JSON paths", timed(|| read_json(folder.path(), &files, records))?);
    let config = prepare(folder.path())?;
    let (imported, peak_mb) = import(&config, &files, records, false)?;
    tell("mfascope import", imported);
    let (again, _) = import(&config, &files, records, true)?;
    tell("mfascope import --again", again);
    println!("  import / read_json {:.1}   (wanted: 20 or more)", read_json / imported);
    println!(
        "  import / gunzip and JSON parser {:.2}   (wanted: 0.6 or more); again {:.2}",
        parsed / imported,
        parsed / again
    );
    println!("  peak memory of the import {peak_mb:.0} MB   (wanted: 500 or less)");
    Ok(())
}

fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64())
}

/// Writes the files; how many bytes they hold when they are unpacked.
fn write(folder: &Path, records: usize, others: usize) -> anyhow::Result<usize> {
    let mut source = Records::new(Clock::system().now(), records, records::USERS);
    let (mut written, mut bytes) = (0, 0);
    let mut of_others = 0;
    while written < records {
        let size = OF_A_FILE.min(records - written);
        let mut file =
            GzEncoder::new(File::create(folder.join(format!("{written:09}.json.gz")))?, Compression::default());
        let mut put = |text: &str| {
            bytes += text.len();
            file.write_all(text.as_bytes())
        };
        put("{\"Records\":[")?;
        let own = size / (others + 1);
        for (at, (_, _, text)) in source.batch(own).into_iter().enumerate() {
            put(if at == 0 { "" } else { "," })?;
            put(&with_tls(&text, "cognito-idp"))?;
            for _ in 0..others {
                of_others += 1;
                put(",")?;
                put(&of_another_service(&text, of_others))?;
            }
        }
        put("]}")?;
        file.finish()?;
        written += own * (others + 1);
    }
    Ok(bytes)
}

/// What CloudTrail says of the connection.
fn with_tls(text: &str, service: &str) -> String {
    let tls = format!(
        r#","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{service}.us-east-1.amazonaws.com"}}}}"#
    );
    format!("{}{tls}", &text[..text.len() - 1])
}

/// A record of the same size that is none of Cognito's.
fn of_another_service(text: &str, number: usize) -> String {
    let text = text.replace("cognito-idp.amazonaws.com", "sts.amazonaws.com").replace("InitiateAuth", "AssumeRole");
    with_tls(&text.replace("\"eventID\":\"", &format!("\"eventID\":\"{number:08x}-")), "sts")
}

/// As many threads as there are cores, each with the next file.
fn side_by_side(paths: &[PathBuf], work: impl Fn(&Path) -> usize + Sync) -> usize {
    let (next, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, Into::into) {
            threads.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    total.fetch_add(work(path), Ordering::Relaxed);
                }
            });
        }
    });
    total.into_inner()
}

fn parse(paths: &[PathBuf], records: usize) -> anyhow::Result<()> {
    let found = side_by_side(paths, |path| {
        let mut text = Vec::new();
        let file = File::open(path).map(BufReader::new).expect("a file");
        GzDecoder::new(file).read_to_end(&mut text).expect("gzip");
        let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        document["Records"].as_array().map_or(0, Vec::len)
    });
    anyhow::ensure!(found == records, "{found} records");
    Ok(())
}

/// The members of a record that `decode` reads.
const MEMBERS: &[&str] = &[
    "eventID",
    "eventTime",
    "eventName",
    "eventSource",
    "awsRegion",
    "recipientAccountId",
    "userAgent",
    "sourceIPAddress",
    "errorCode",
    "errorMessage",
    "userIdentity.type",
    "userIdentity.arn",
    "userIdentity.userName",
    "userIdentity.invokedBy",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "requestParameters.userPoolId",
    "requestParameters.clientId",
    "requestParameters.authFlow",
    "requestParameters.challengeName",
    "requestParameters.softwareTokenMfaSettings.enabled",
    "requestParameters.softwareTokenMfaSettings.preferredMfa",
    "requestParameters.smsMfaSettings.enabled",
    "requestParameters.smsMfaSettings.preferredMfa",
    "requestParameters.emailMfaSettings.enabled",
    "requestParameters.emailMfaSettings.preferredMfa",
    "requestParameters.webAuthnMfaSettings.enabled",
    "requestParameters.webAuthnMfaSettings.preferredMfa",
    "requestParameters.mfaConfiguration",
    "requestParameters.attributeName",
    "requestParameters.userAttributes",
    "responseElements.challengeName",
    "responseElements.authenticationResult",
    "responseElements.status",
    "responseElements.userSub",
    "responseElements.userPool.id",
    "responseElements.codeDeliveryDetails.deliveryMedium",
    "responseElements.codeDeliveryDetailsList",
    "additionalEventData.sub",
    "additionalEventData.userPoolId",
    "additionalEventData.clientId",
    "additionalEventData.requestParameters",
    "additionalEventData.responseParameters.status",
];

#[expect(clippy::disallowed_methods, reason = "the other engine's own files")]
fn read_json(folder: &Path, files: &Path, records: usize) -> anyhow::Result<()> {
    let connection = duckdb::Connection::open(folder.join("read_json.duckdb"))?;
    connection.execute_batch("set threads = 2; set memory_limit = '2GB'; set preserve_insertion_order = false")?;
    let columns: Vec<String> =
        MEMBERS.iter().enumerate().map(|(at, path)| format!("record->>'$.{path}' as column_{at}")).collect();
    let sql = format!(
        "create table record as select {} from (
             select unnest(from_json(json->'$.Records', '[\"json\"]')) as record
             from read_json_objects('{}/*.json.gz', format = 'unstructured', maximum_object_size = 134217728)
         )",
        columns.join(", "),
        files.display()
    );
    connection.execute_batch(&sql)?;
    let found: usize = connection.query_row("select count(*) from record", [], |row| row.get(0))?;
    anyhow::ensure!(found == records, "{found} records");
    Ok(())
}

/// A config, and a store that knows the pool of the records' app clients.
fn prepare(folder: &Path) -> anyhow::Result<PathBuf> {
    let path = folder.join("bench.duckdb");
    let key = PoolKey { aws_region: records::REGION.into(), pool_id: records::POOL.into() };
    let store = Store::open(&path)?;
    store.list_pools("bench", &[records::pool(key)], Duration::from_secs(90 * 86_400), Clock::system().now())?;
    let config = folder.join("bench.toml");
    std::fs::write(
        &config,
        format!("[store]\npath = {path:?}\n[[source]]\nname = \"bench\"\nregion = \"us-east-1\"\n"),
    )?;
    Ok(config)
}

/// Seconds that an import takes from its start to its end, and the most memory that it held.
fn import(config: &Path, files: &Path, records: usize, again: bool) -> anyhow::Result<(f64, f64)> {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mfascope"))
        .args(["import", "--config.file"])
        .args([config, files])
        .args(again.then_some("--again"))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut peak: f64 = 0.0;
    while child.try_wait()?.is_none() {
        peak = peak.max(peak_mb(child.id()));
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = started.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    let summary = String::from_utf8(output.stdout)?;
    let found = summary.lines().find_map(|line| line.strip_prefix("records")).unwrap_or_default();
    let found = found.split_whitespace().next().unwrap_or_default().replace(',', "");
    anyhow::ensure!(output.status.success() && found == records.to_string(), "{summary}");
    Ok((took, peak))
}

fn peak_mb(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}
