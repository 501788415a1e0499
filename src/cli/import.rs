//! `mfascope import`: history from files, through the daemon or into the file of the store.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::daemon::Holder;
use super::{ImportArgs, runtime, upload};
use crate::clock::Clock;
use crate::import::{FileEntry, Importer, Parcel, Report, UnreadableFile, Walk, pool_of, walk};
use crate::model::PoolKey;

/// What was to be read, and what became of it.
pub(super) struct Outcome {
    pub(super) report: Report,
    /// Files that were read before.
    pub(super) known: usize,
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let begun = Instant::now();
    let Walk { files, unreadable } = walk(&args.paths);
    if files.is_empty() && unreadable.is_empty() {
        bail!("there is no file under the paths that were named");
    }
    let bar = bar(files.iter().map(|file| file.bytes).sum());
    let outcome = runtime()?.block_on(async {
        match Holder::find_or_make(&args.daemon).await? {
            Holder::Daemon(daemon) => upload::import(&daemon, args, files, &unreadable, &bar).await,
            Holder::Nobody(store, config) => {
                let importer = Importer::new(store, Clock::system(), Arc::from(config), Arc::default(), Arc::default());
                let (args, bar, lost) = (args.clone(), bar.clone(), lost(args, &unreadable));
                tokio::task::spawn_blocking(move || read_here(&importer, &args, files, &lost, &bar)).await?
            }
        }
    });
    bar.finish_and_clear();
    let Outcome { mut report, known } = outcome?;
    report.add(Report { unreadable, ..Report::default() });
    tell(&report, known, begun.elapsed());
    match report.unreadable.len() {
        0 => Ok(()),
        1 => bail!("1 file could not be read to its end; what was read of it is stored"),
        several => bail!("{several} files could not be read to their end; what was read of them is stored"),
    }
}

/// Reads files into the store itself.
fn read_here(
    importer: &Importer,
    args: &ImportArgs,
    files: Vec<FileEntry>,
    lost: &[PoolKey],
    bar: &ProgressBar,
) -> anyhow::Result<Outcome> {
    let source = importer.source(args.source.as_deref()).map_err(anyhow::Error::msg)?;
    let ids: Vec<_> = files.iter().map(|file| file.file_id).collect();
    let known = if args.again { HashSet::new() } else { importer.known(&ids)? };
    let (passed, new): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| known.contains(&file.file_id));
    bar.inc(passed.iter().map(|file| file.bytes).sum());
    let parcels = new.iter().map(|file| Parcel {
        name: file.name(),
        file_id: Some(file.file_id),
        aws_region: file.aws_region(args.region.as_deref()),
        pool: file.pool(args.pool.as_ref()),
        changed_at: file.changed_at,
        content: Box::new(Reading { file, opened: None, bar }),
    });
    importer.forget_killed()?;
    let mut run = importer.begin(&source);
    let mut report = importer.read(&mut run, parcels, |report| show(bar, report))?;
    lost.iter().for_each(|key| run.lacks(key));
    report.add(importer.end(run)?);
    Ok(Outcome { report, known: passed.len() })
}

/// The pools that files may tell of which cannot be looked at.
pub(super) fn lost(args: &ImportArgs, unreadable: &[UnreadableFile]) -> Vec<PoolKey> {
    let pool = |file: &UnreadableFile| args.pool.clone().or_else(|| pool_of(Path::new(&file.file)));
    unreadable.iter().filter_map(pool).collect()
}

/// A file that is opened once it is its turn, and moves the bar as it is read.
struct Reading<'a> {
    file: &'a FileEntry,
    opened: Option<File>,
    bar: &'a ProgressBar,
}

impl Read for Reading<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.opened {
            Some(file) => file,
            closed => closed.insert(self.file.open()?),
        };
        let read = file.read(bytes)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// Drawn on a terminal alone.
fn bar(bytes: u64) -> ProgressBar {
    let template = "{wide_bar} {percent:>3} %  {bytes} of {total_bytes}  {msg}  {eta} left";
    let bar = ProgressBar::new(bytes);
    // The template is well formed: the default would only look different.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// How many records were read so far, and how fast.
pub(super) fn show(bar: &ProgressBar, report: &Report) {
    let records = report.records();
    let a_second = records as f64 / bar.elapsed().as_secs_f64().max(0.001);
    bar.set_message(format!("{} records, {} a second", HumanCount(records), HumanCount(a_second as u64)));
}

fn tell(report: &Report, known: usize, took: Duration) {
    let count = |number: u64| HumanCount(number).to_string();
    let a_second = report.records() as f64 / took.as_secs_f64().max(0.001);
    println!("files read        {:>13}", count(report.files));
    if known > 0 {
        println!("read before       {:>13}", count(known as u64));
    }
    println!(
        "records           {:>13}  in {:.1} s, {} a second",
        count(report.records()),
        took.as_secs_f64(),
        count(a_second as u64)
    );
    println!("  stored          {:>13}", count(report.stored));
    println!("  unclassified    {:>13}", count(report.unclassified));
    println!("  duplicate       {:>13}", count(report.duplicate));
    println!("  ignored         {:>13}", count(report.ignored));
    println!("  malformed       {:>13}", count(report.malformed));
    for (word, number) in [("users", report.users), ("look-ups", report.lookups), ("pools", report.pools)] {
        if number > 0 {
            println!("{word:<17} {:>13}", count(number));
        }
    }
    for note in &report.notes {
        println!("note: {}", printable(note));
    }
    for place in &report.malformed_at {
        println!("malformed: {}:{}, record {}", printable(&place.file), place.line, place.record);
    }
    for UnreadableFile { file, reason } in &report.unreadable {
        println!("unreadable: {}: {}", printable(file), printable(reason));
    }
}

/// Names of files may hold anything.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '?' } else { char }).collect()
}
