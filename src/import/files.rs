//! Paths → the files to read.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;
use walkdir::{DirEntry, WalkDir};

use super::UnreadableFile;
use crate::model::PoolKey;

/// Files are known by their name, size and time of change, within this name space.
const FILES: Uuid = Uuid::from_u128(0x2d5c_98a1_07be_4f63_9c15_b7d0_43f2_6e8a);

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Known again by this.
    pub file_id: Uuid,
    /// When it changed last, where the system says.
    pub changed_at: Option<DateTime<Utc>>,
}

/// What is there under some paths.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files, in the order of their paths: CloudTrail's are in the order of time then.
    pub files: Vec<FileEntry>,
    /// What could not be looked at.
    pub unreadable: Vec<UnreadableFile>,
}

/// The files under paths, which may be files or folders. Hidden files are left out.
pub fn walk(paths: &[PathBuf]) -> Walk {
    let is_wanted = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    let mut walk = Walk::default();
    for path in paths {
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_wanted) {
            let looked_at = entry.and_then(|entry| Ok((entry.metadata()?, entry.into_path())));
            match looked_at {
                Ok((metadata, path)) if metadata.is_file() => walk.files.push(FileEntry::new(path, &metadata)),
                Ok(_) => {}
                Err(error) => walk.unreadable.push(UnreadableFile {
                    file: error.path().unwrap_or(path).display().to_string(),
                    reason: error.io_error().map_or_else(|| "a link to a folder above it".to_owned(), plain),
                }),
            }
        }
    }
    walk
}

impl FileEntry {
    fn new(path: PathBuf, metadata: &Metadata) -> Self {
        let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let identity = format!("{name}\0{}\0{}", metadata.len(), changed.as_nanos());
        let changed_at = metadata.modified().ok().map(|at| DateTime::<Utc>::from(at).trunc_subsecs(6));
        Self { file_id: Uuid::new_v5(&FILES, identity.as_bytes()), bytes: metadata.len(), changed_at, path }
    }

    /// The file, opened.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// The AWS Region of what it holds: as told, else by its path.
    pub fn aws_region(&self, told: Option<&str>) -> Option<String> {
        told.map(str::to_owned).or_else(|| region_of(&self.path))
    }

    /// The pool that it tells of: as told, else by its path.
    pub fn pool(&self, told: Option<&PoolKey>) -> Option<PoolKey> {
        told.cloned().or_else(|| pool_of(&self.path))
    }

    /// How it is called where somebody is told about it.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// The AWS Region that a path names, as the folders of CloudTrail do.
pub fn region_of(path: &Path) -> Option<String> {
    path.iter().rev().map(|name| name.to_string_lossy()).find(|name| is_region(name)).map(Into::into)
}

/// The user pool that a path names: a folder, or how the file's name begins.
pub fn pool_of(path: &Path) -> Option<PoolKey> {
    let mut names = path.iter().rev().map(|name| name.to_string_lossy());
    let of_file = names.next().and_then(|name| pool_key(name.split('.').next().unwrap_or_default()));
    of_file.or_else(|| names.find_map(|name| pool_key(&name)))
}

/// A user pool by its id, like `eu-central-1_AbC123`, which begins with its Region.
pub fn pool_key(pool_id: &str) -> Option<PoolKey> {
    let (region, rest) = pool_id.split_once('_')?;
    let is_id = is_region(region)
        && pool_id.len() <= LONGEST_POOL_ID
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then(|| PoolKey { aws_region: region.to_owned(), pool_id: pool_id.to_owned() })
}

/// As the API allows.
const LONGEST_POOL_ID: usize = 55;

/// How names of AWS Regions begin.
const AREAS: &[&str] = &["af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"];

/// Whether a folder is called like an AWS Region: `eu-central-1`, `us-gov-west-1`.
pub(super) fn is_region(name: &str) -> bool {
    let words: Vec<&str> = name.split('-').collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    match words.as_slice() {
        [area, rest @ .., number] if !rest.is_empty() => {
            AREAS.contains(area)
                && rest.iter().all(is_word)
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// What the system says, without its number.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_folder_of_the_path() {
        let path = Path::new("AWSLogs/123456789012/CloudTrail/eu-central-1/2026/11/01/a.json.gz");
        assert_eq!(region_of(path).as_deref(), Some("eu-central-1"));
        for none in ["logs/a.json", "my-backup-1/a.json", "a-b/us-east-12/c", "2026-11-27/a"] {
            assert_eq!(region_of(Path::new(none)), None, "{none}");
        }
    }

    #[test]
    fn a_pool_is_the_nearest_name_of_the_path() {
        for (path, pool_id) in [
            ("us-east-1_Aaa111/users.json", Some("us-east-1_Aaa111")),
            ("us-east-1_Aaa111/eu-west-1_Bbb222.users.json.gz", Some("eu-west-1_Bbb222")),
            ("us-east-1_Aaa111/old/page-2.json", Some("us-east-1_Aaa111")),
            ("us-gov-west-1_Aaa111", Some("us-gov-west-1_Aaa111")),
            ("us-east-1_/users.json", None),
            ("my_users.json", None),
            ("us-east-1_a'b/users.json", None),
            ("us-east-1/users.json", None),
        ] {
            let pool = pool_of(Path::new(path));
            assert_eq!(pool.as_ref().map(|key| key.pool_id.as_str()), pool_id, "{path}");
        }
        let long = format!("us-east-1_{}", "a".repeat(46));
        assert_eq!((pool_key(&long), pool_key(&long[..55]).is_some()), (None, true));
    }
}
