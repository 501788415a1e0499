//! `mfascope export`: the marts as files for other engines.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use indicatif::HumanCount;
use serde::Serialize;
use tempfile::{Builder, NamedTempFile};

use super::daemon::{Daemon, Holder};
use super::{ExportArgs, runtime};
use crate::clock::Clock;
use crate::export::partitions::{self, Listing, Partition};
use crate::export::{Spool, Spooled};
use crate::store::Store;

/// What the files hold, and what each partition held when it was written. Readers of a folder of Parquet files
/// pass over names that begin so.
const SCHEMA: &str = "_schema.json";
const STATE: &str = "_partitions.json";

/// The file of a partition.
const FILE: &str = "part-0.parquet";

/// How files are called that are not whole yet.
const UNFINISHED: &str = "_unfinished-";

/// Who tells the rows.
enum Origin {
    Daemon(Daemon),
    Store(Arc<Store>, Clock),
}

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<()> {
    runtime()?.block_on(async {
        let origin = match Holder::find(&args.daemon).await? {
            Holder::Daemon(daemon) => Origin::Daemon(daemon),
            Holder::Nobody(store, _) => Origin::Store(Arc::new(store), Clock::system()),
        };
        export(&origin, &args.out).await
    })
}

async fn export(origin: &Origin, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| unwritable(folder))?;
    let known = known(folder);
    let listing = origin.listing().await?;
    let (mut written, mut rows) = (0, 0);
    for partition in &listing.partitions {
        let path = folder.join(partition.folder()).join(FILE);
        if !(known.contains(partition) && path.is_file()) {
            origin.write(partition, &path).await?;
            written += 1;
            rows += partition.rows;
        }
    }
    let gone = drop_gone(folder, &known, &listing.partitions)?;
    let mut state: Vec<&Partition> = listing.partitions.iter().collect();
    // Days past their retention stay: the files are their archive.
    let is_here = |old: &Partition| listing.partitions.iter().any(|partition| partition.is_part(old));
    state.extend(known.iter().filter(|old| old.date.is_some() && !is_here(old)));
    put(&folder.join(SCHEMA), &Schema { as_of: listing.as_of, version: &listing.version, marts: &listing.marts })?;
    put(&folder.join(STATE), &state)?;
    println!(
        "{written} partitions written with {} rows, {} as they were, {gone} gone",
        HumanCount(u64::try_from(rows).unwrap_or_default()),
        listing.partitions.len() - written
    );
    Ok(())
}

#[derive(Serialize)]
struct Schema<'a> {
    as_of: chrono::DateTime<chrono::Utc>,
    version: &'a str,
    marts: &'a serde_json::Value,
}

/// Partitions as they were written before; none where that is not known.
fn known(folder: &Path) -> HashSet<Partition> {
    let text = fs::read_to_string(folder.join(STATE)).unwrap_or_default();
    serde_json::from_str::<Vec<Partition>>(&text).unwrap_or_default().into_iter().collect()
}

/// Rows that tell how it is now are gone with what they told of.
fn drop_gone(folder: &Path, known: &HashSet<Partition>, partitions: &[Partition]) -> anyhow::Result<usize> {
    let is_gone = |old: &&Partition| old.date.is_none() && !partitions.iter().any(|part| part.is_part(old));
    let gone: Vec<PathBuf> = known.iter().filter(is_gone).map(|old| folder.join(old.folder()).join(FILE)).collect();
    for path in &gone {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| unwritable(path));
            }
            _ => {}
        }
    }
    Ok(gone.len())
}

impl Origin {
    async fn listing(&self) -> anyhow::Result<Listing> {
        match self {
            Self::Daemon(daemon) => {
                let answer = daemon.send(daemon.get("/api/v1/export")).await?.json().await;
                answer.context("the daemon's answer is not understood: is it of another version?")
            }
            Self::Store(store, clock) => {
                let (store, now) = (Arc::clone(store), clock.now());
                Ok(tokio::task::spawn_blocking(move || partitions::listing(&store, now)).await??)
            }
        }
    }

    /// The file of a partition is there whole, or as it was.
    async fn write(&self, partition: &Partition, path: &Path) -> anyhow::Result<()> {
        let mut file = Unfinished::beside(path)?;
        match self {
            Self::Daemon(daemon) => {
                let mut request = daemon.get(&format!("/api/v1/export/{}", partition.mart));
                if let Some(region) = &partition.aws_region {
                    request = request.query(&[("aws_region", region)]);
                }
                if let Some(date) = partition.date {
                    request = request.query(&[("date", date.to_string())]);
                }
                let mut answer = daemon.send(request).await?;
                while let Some(bytes) = answer.chunk().await.context("a partition was cut off")? {
                    file.write(&bytes)?;
                }
            }
            Self::Store(store, clock) => {
                let (store, partition, now) = (Arc::clone(store), partition.clone(), clock.now());
                let written = tokio::task::spawn_blocking(move || {
                    let spool = Spool::in_folder(store.folder());
                    partitions::write(&store, &partition, now, spool)
                });
                match written.await??.finish()? {
                    Spooled::Bytes(bytes) => file.write(&bytes)?,
                    Spooled::File(mut from) => file.copy(&mut from)?,
                }
            }
        }
        file.finish()
    }
}

/// A file that nobody sees until it is whole.
struct Unfinished<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl<'a> Unfinished<'a> {
    fn beside(path: &'a Path) -> anyhow::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).with_context(|| unwritable(folder))?;
        clear(folder);
        let file = Builder::new().prefix(UNFINISHED).tempfile_in(folder).with_context(|| unwritable(folder))?;
        Ok(Self { file, path })
    }

    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.file.write_all(bytes).with_context(|| unwritable(self.path))
    }

    fn copy(&mut self, from: &mut File) -> anyhow::Result<()> {
        io::copy(from, &mut self.file).map(drop).with_context(|| unwritable(self.path))
    }

    fn finish(self) -> anyhow::Result<()> {
        self.file.as_file().sync_all().with_context(|| unwritable(self.path))?;
        self.file.persist(self.path).map(drop).with_context(|| unwritable(self.path))
    }
}

/// What an export that was killed left behind.
fn clear(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        // It is in nobody's way.
        fs::remove_file(entry.path()).unwrap_or_default();
    }
}

fn put(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let mut file = Unfinished::beside(path)?;
    file.write(&serde_json::to_vec_pretty(value)?)?;
    file.finish()
}

fn unwritable(path: &Path) -> String {
    format!("{}: cannot be written", path.display())
}
