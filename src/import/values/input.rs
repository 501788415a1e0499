//! A file's bytes, plain or gzip, and why they cannot be read.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use crate::import::files::reason;

/// Longest record, bytes: anything longer is none.
pub(super) const LONGEST: usize = 16 << 20;

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(in crate::import) enum Unreadable {
    #[error("{}", reason(.0))]
    Io(#[from] io::Error),
    #[error("not gzip to its end: {}", reason(.0))]
    Gzip(io::Error),
    #[error("it is cut off")]
    CutOff,
    #[error("it is not JSON")]
    NotJson,
    #[error("line {0}: not JSON")]
    Broken(u64),
    #[error("it holds {0} of a pool that neither --pool nor the path names")]
    NoPool(&'static str),
    #[error("its name says that it holds the users of a group, which are not all of the pool")]
    OfGroup,
    #[error("line {line}: a value of more than {} MiB", LONGEST >> 20)]
    TooLong { line: u64 },
}

/// Bytes as they are or, where they begin like gzip, unpacked.
pub(in crate::import) fn unpacked(input: impl Read) -> io::Result<(impl Read, bool)> {
    let mut input = io::BufReader::with_capacity(64 << 10, input);
    let is_gzip = io::BufRead::fill_buf(&mut input)?.starts_with(&[0x1f, 0x8b]);
    Ok((if is_gzip { Either::Packed(MultiGzDecoder::new(input)) } else { Either::Plain(input) }, is_gzip))
}

enum Either<P, G> {
    Plain(P),
    Packed(G),
}

impl<P: Read, G: Read> Read for Either<P, G> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(bytes),
            Self::Packed(input) => input.read(bytes),
        }
    }
}
