//! `mfascope backup`: the whole store as one file.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use reqwest::Response;

use super::daemon::Holder;
use super::{BackupArgs, runtime};

pub(super) fn run(args: &BackupArgs) -> anyhow::Result<()> {
    let target = args.target.clone();
    if target.exists() {
        bail!("{}: there is a file of that name already", target.display());
    }
    runtime()?.block_on(async {
        match Holder::find(&args.daemon).await? {
            Holder::Daemon(daemon) => save(daemon.send(daemon.get("/api/v1/backup")).await?, &target).await,
            Holder::Nobody(store, _) => Ok(tokio::task::spawn_blocking(move || store.backup(&target)).await??),
        }
    })
}

/// The file is there whole or not at all.
async fn save(mut answer: Response, target: &Path) -> anyhow::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable = || format!("{}: cannot be written", target.display());
    let mut part = tempfile::NamedTempFile::new_in(folder).with_context(unwritable)?;
    let wanted = answer.content_length();
    let mut written = 0;
    while let Some(bytes) = answer.chunk().await.context("the copy was cut off")? {
        part.write_all(&bytes).with_context(unwritable)?;
        written += bytes.len() as u64;
    }
    if wanted.is_some_and(|wanted| wanted != written) {
        bail!("the copy was cut off");
    }
    part.as_file().sync_all().with_context(unwritable)?;
    part.persist_noclobber(target).with_context(unwritable)?;
    Ok(())
}
