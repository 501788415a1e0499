//! Files on their way to the daemon, in parts of a form: as many in one request as are soon read.

use std::collections::HashSet;

use anyhow::Context;
use futures_util::TryStreamExt;
use indicatif::ProgressBar;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, RequestBuilder};
use serde::Deserialize;
use uuid::Uuid;

use super::ImportArgs;
use super::daemon::Daemon;
use super::import::{Outcome, lost, printable, show};
use crate::import::{CHANGED_AT, FileEntry, Report, UnreadableFile, reason};
use crate::model::PoolKey;

/// Bytes and files of one request, one file more at most: what a kill takes back.
const BYTES: u64 = 8 << 20;
const FILES: usize = 200;

/// Files that are asked for at once whether they are known.
const ASKED: usize = 2_000;

/// Those of the files that the daemon has read before.
#[derive(Deserialize)]
struct Known {
    known: HashSet<Uuid>,
}

pub(super) async fn import(
    daemon: &Daemon,
    args: &ImportArgs,
    files: Vec<FileEntry>,
    unreadable: &[UnreadableFile],
    bar: &ProgressBar,
) -> anyhow::Result<Outcome> {
    let mut run = Sending { daemon, args, bar, id: Uuid::new_v4(), has_begun: false };
    let mut outcome = Outcome { report: Report::default(), known: 0 };
    let mut waiting: Vec<FileEntry> = Vec::new();
    for some in files.chunks(ASKED) {
        let known = if args.again { HashSet::new() } else { known(daemon, some).await? };
        for file in some {
            if known.contains(&file.file_id) {
                outcome.known += 1;
                bar.inc(file.bytes);
                continue;
            }
            waiting.push(file.clone());
            if waiting.len() >= FILES || waiting.iter().map(|file| file.bytes).sum::<u64>() >= BYTES {
                outcome.report.add(run.send(std::mem::take(&mut waiting)).await?);
                show(bar, &outcome.report);
            }
        }
    }
    if !waiting.is_empty() {
        outcome.report.add(run.send(waiting).await?);
    }
    let lost = lost(args, &[unreadable, &outcome.report.unreadable].concat());
    if run.has_begun {
        outcome.report.add(run.end(&lost).await?);
    }
    Ok(outcome)
}

async fn known(daemon: &Daemon, files: &[FileEntry]) -> anyhow::Result<HashSet<Uuid>> {
    let ids: Vec<Uuid> = files.iter().map(|file| file.file_id).collect();
    let request = daemon.post("/api/v1/import/known").json(&serde_json::json!({"files": ids}));
    let answer = daemon.send(request).await?.json::<Known>().await;
    Ok(answer.context("the daemon's answer is not understood: is it of another version?")?.known)
}

/// One import, a request after the other.
struct Sending<'a> {
    daemon: &'a Daemon,
    args: &'a ImportArgs,
    bar: &'a ProgressBar,
    /// Its requests are told from those of others by this.
    id: Uuid,
    has_begun: bool,
}

impl Sending<'_> {
    async fn send(&mut self, files: Vec<FileEntry>) -> anyhow::Result<Report> {
        let mut form = Form::new();
        let mut unreadable = Vec::new();
        let mut parts = 0;
        for file in files {
            match tokio::fs::File::open(&file.path).await {
                Ok(opened) => {
                    form = form.part(file.file_id.to_string(), part(&file, opened, self.bar));
                    parts += 1;
                }
                Err(error) => unreadable.push(UnreadableFile { file: file.name(), reason: reason(&error) }),
            }
        }
        let mut report = Report { unreadable, ..Report::default() };
        if parts > 0 {
            let mut request = self.daemon.post("/api/v1/import").multipart(form).query(&[("run", self.id)]);
            if !self.has_begun {
                request = request.query(&[("begins", true)]);
            }
            let ImportArgs { source, region, pool, .. } = self.args;
            let pool = pool.as_ref().map(|key| &key.pool_id);
            for (name, value) in [("source", source.as_ref()), ("region", region.as_ref()), ("pool", pool)] {
                if let Some(value) = value {
                    request = request.query(&[(name, value)]);
                }
            }
            report.add(self.ask(request).await?);
            self.has_begun = true;
        }
        Ok(report)
    }

    /// Tells that there are no more files, and of which pools some could not be sent.
    async fn end(&self, lost: &[PoolKey]) -> anyhow::Result<Report> {
        let lost: Vec<&str> = lost.iter().map(|key| key.pool_id.as_str()).collect();
        let end = serde_json::json!({"run": self.id, "incomplete": lost});
        self.ask(self.daemon.post("/api/v1/import/end").json(&end)).await
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Report> {
        let answer = self.daemon.send(request).await?.json::<Report>().await;
        answer.context("the daemon's answer is not understood: is it of another version?")
    }
}

fn part(file: &FileEntry, opened: tokio::fs::File, bar: &ProgressBar) -> Part {
    let bar = bar.clone();
    let bytes = tokio_util::io::ReaderStream::with_capacity(opened, 64 << 10);
    let bytes = bytes.inspect_ok(move |bytes| bar.inc(bytes.len() as u64));
    let part = Part::stream(Body::wrap_stream(bytes)).file_name(printable(&file.name()));
    let changed_at = file.changed_at.and_then(|at| HeaderValue::from_str(&at.to_rfc3339()).ok());
    match changed_at {
        Some(at) => part.headers(HeaderMap::from_iter([(HeaderName::from_static(CHANGED_AT), at)])),
        None => part,
    }
}
