//! Where an answer waits until it is whole: in memory while it is small, then in a file that nobody else sees.
//!
//! Whoever asked learns that something is wrong before the first byte, and a slow reader keeps no question open.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use tempfile::{SpooledData, SpooledTempFile};

/// Answers up to this size stay in memory, bytes.
const IN_MEMORY: usize = 1 << 20;

/// Longest answer, bytes.
const LONGEST: u64 = 512 << 20;

/// An answer under way.
pub struct Spool {
    file: SpooledTempFile,
    left: u64,
}

/// A whole answer.
#[derive(Debug)]
pub enum Spooled {
    /// A short one.
    Bytes(Vec<u8>),
    /// A long one; it vanishes with its last handle.
    File(File),
}

impl Spool {
    /// An empty one; long answers wait in the folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { file: tempfile::spooled_tempfile_in(IN_MEMORY, folder), left: LONGEST }
    }

    /// To be read from its begin.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn finish(mut self) -> io::Result<Spooled> {
        self.file.rewind()?;
        Ok(match self.file.into_inner() {
            SpooledData::InMemory(bytes) => Spooled::Bytes(bytes.into_inner()),
            SpooledData::OnDisk(file) => Spooled::File(file),
        })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.left = self.left.checked_sub(written as u64).ok_or_else(|| {
            io::Error::new(io::ErrorKind::QuotaExceeded, format!("the answer is longer than {} MB", LONGEST >> 20))
        })?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
