//! Paths → the files to read.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io;
use std::path::{self, Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;
use walkdir::{DirEntry, WalkDir};

use super::UnreadableFile;
use crate::model::PoolKey;

/// Files are known by their place, size and time of change, within this name space.
const FILES: Uuid = Uuid::from_u128(0x2d5c_98a1_07be_4f63_9c15_b7d0_43f2_6e8a);

/// Names of a path that tell its place, the file's own among them: whatever is above may move. An export of CloudWatch
/// calls every file `000000.gz`, and many of one second have the same size.
const PLACE: usize = 3;

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

/// The files under paths, which may be files or folders, each once. Hidden files are left out.
pub fn walk(paths: &[PathBuf]) -> Walk {
    let is_wanted = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    let mut walk = Walk::default();
    let mut seen = HashSet::new();
    for path in paths {
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_wanted) {
            let looked_at = entry.and_then(|entry| Ok((entry.metadata()?, entry.depth(), entry.into_path())));
            match looked_at {
                // Paths that are named may lie within each other.
                Ok((metadata, _, path)) if metadata.is_file() => {
                    if paths.len() == 1 || seen.insert(path.clone()) {
                        walk.files.push(FileEntry::new(path, &metadata));
                    }
                }
                Ok((metadata, 0, path)) if !metadata.is_dir() => walk.unreadable.push(UnreadableFile {
                    file: path.display().to_string(),
                    reason: "neither a file nor a folder".to_owned(),
                }),
                Ok(_) => {}
                Err(error) => walk.unreadable.push(UnreadableFile {
                    file: error.path().unwrap_or(path).display().to_string(),
                    reason: error.io_error().map_or_else(|| "a link to a folder above it".to_owned(), reason),
                }),
            }
        }
    }
    walk
}

impl FileEntry {
    fn new(path: PathBuf, metadata: &Metadata) -> Self {
        let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let absolute = path::absolute(&path).unwrap_or_else(|_| path.clone());
        let place: Vec<_> = absolute.iter().rev().take(PLACE).map(|name| name.to_string_lossy()).collect();
        let identity = format!("{}\0{}\0{}", place.join("/"), metadata.len(), changed.as_nanos());
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
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of those bytes, changed at a second.
    fn put(path: &Path, bytes: &[u8]) {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
        let file = File::options().write(true).open(path).expect("there");
        file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000)).expect("changed");
    }

    #[test]
    fn files_of_the_same_name_size_and_second_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, other] = ["task/stream-1/000000.gz", "task/stream-2/000000.gz"].map(|name| folder.path().join(name));
        put(&one, b"abc");
        put(&other, b"xyz");
        let ids =
            |path: &Path| -> Vec<Uuid> { walk(&[path.to_owned()]).files.iter().map(|file| file.file_id).collect() };
        let [first, second] = ids(folder.path()).try_into().expect("two files");
        assert_ne!(first, second);
        // Wherever the folders above were moved to.
        std::fs::rename(folder.path().join("task"), folder.path().join("moved")).expect("moved");
        std::fs::create_dir(folder.path().join("elsewhere")).expect("made");
        std::fs::rename(folder.path().join("moved"), folder.path().join("elsewhere/task")).expect("moved");
        assert_eq!(ids(folder.path()), [first, second]);
    }

    #[test]
    fn a_file_that_is_named_twice_is_read_once_and_what_is_none_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.json");
        put(&file, b"{}");
        let Walk { files, unreadable } = walk(&[folder.path().to_owned(), file, PathBuf::from("/dev/null")]);
        assert_eq!(files.len(), 1);
        let [UnreadableFile { file, reason }] = unreadable.as_slice() else { panic!("{unreadable:?}") };
        assert_eq!((file.as_str(), reason.as_str()), ("/dev/null", "neither a file nor a folder"));
    }

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
