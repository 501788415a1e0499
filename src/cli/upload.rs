//! Files on their way to the daemon, in parts of a form: as many in one request as are soon read.

use anyhow::Context;
use futures_util::TryStreamExt;
use indicatif::ProgressBar;
use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use uuid::Uuid;

use super::ImportArgs;
use super::daemon::Daemon;
use super::import::{Outcome, show};
use crate::import::{FileEntry, Report, UnreadableFile};

/// Bytes and files of one request, one file more at most: what a kill takes back.
const BYTES: u64 = 8 << 20;
const FILES: usize = 200;

/// Files that are asked for at once whether they are known.
const ASKED: usize = 2_000;

/// Those of the files that the daemon has read before.
#[derive(Deserialize)]
struct Known {
    known: Vec<Uuid>,
}

pub(super) async fn import(
    daemon: &Daemon,
    args: &ImportArgs,
    files: Vec<FileEntry>,
    bar: &ProgressBar,
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome { report: Report::default(), known: 0 };
    let mut waiting: Vec<FileEntry> = Vec::new();
    for some in files.chunks(ASKED) {
        let known = if args.again { Vec::new() } else { known(daemon, some).await? };
        for file in some {
            if known.contains(&file.file_id) {
                outcome.known += 1;
                bar.inc(file.bytes);
                continue;
            }
            waiting.push(file.clone());
            if waiting.len() >= FILES || waiting.iter().map(|file| file.bytes).sum::<u64>() >= BYTES {
                outcome.report.add(send(daemon, args, std::mem::take(&mut waiting), bar).await?);
                show(bar, &outcome.report);
            }
        }
    }
    if !waiting.is_empty() {
        outcome.report.add(send(daemon, args, waiting, bar).await?);
    }
    Ok(outcome)
}

async fn known(daemon: &Daemon, files: &[FileEntry]) -> anyhow::Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = files.iter().map(|file| file.file_id).collect();
    let request = daemon.post("/api/v1/import/known").json(&serde_json::json!({"files": ids}));
    let answer = daemon.send(request).await?.json::<Known>().await;
    Ok(answer.context("the daemon's answer is not understood: is it of another version?")?.known)
}

async fn send(daemon: &Daemon, args: &ImportArgs, files: Vec<FileEntry>, bar: &ProgressBar) -> anyhow::Result<Report> {
    let mut form = Form::new();
    let mut unreadable = Vec::new();
    let mut parts = 0;
    for file in files {
        match tokio::fs::File::open(&file.path).await {
            Ok(opened) => {
                form = form.part(file.file_id.to_string(), part(&file, opened, bar));
                parts += 1;
            }
            Err(error) => unreadable.push(UnreadableFile { file: file.name(), reason: error.to_string() }),
        }
    }
    let mut report = Report { unreadable, ..Report::default() };
    if parts > 0 {
        let mut request = daemon.post("/api/v1/import").multipart(form);
        for (name, value) in [("source", &args.source), ("region", &args.region)] {
            if let Some(value) = value {
                request = request.query(&[(name, value)]);
            }
        }
        let answer = daemon.send(request).await?.json::<Report>().await;
        report.add(answer.context("the daemon's answer is not understood: is it of another version?")?);
    }
    Ok(report)
}

fn part(file: &FileEntry, opened: tokio::fs::File, bar: &ProgressBar) -> Part {
    let bar = bar.clone();
    let bytes = tokio_util::io::ReaderStream::with_capacity(opened, 64 << 10);
    let bytes = bytes.inspect_ok(move |bytes| bar.inc(bytes.len() as u64));
    Part::stream(Body::wrap_stream(bytes)).file_name(file.name())
}
