//! What can go wrong with the file, in words for its owner.

use std::path::Path;

/// Why the store cannot be opened, read or written. One line.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the file.
    #[error(
        "store {path}: already in use by another process{holder}; stop it, or give this daemon its own [store] path"
    )]
    InUse {
        /// The database file.
        path: String,
        /// ` (pid 123)`, where the engine says so.
        holder: String,
    },
    /// Written by a later version of mfascope.
    #[error(
        "store {path}: written by a newer mfascope (schema {found}, this one knows {known}); upgrade mfascope or use another [store] path"
    )]
    Newer {
        /// The database file.
        path: String,
        /// Schema version of the file.
        found: u32,
        /// Newest schema version of this binary.
        known: u32,
    },
    /// The folder or file cannot be written.
    #[error("store {path}: cannot be created or written ({reason}); check that the folder exists and its permissions")]
    Unwritable {
        /// The database file.
        path: String,
        /// The engine's words.
        reason: String,
    },
    /// Not a database.
    #[error("store {path}: not a readable DuckDB file ({reason}); restore a backup, or move it away to start empty")]
    Damaged {
        /// The database file.
        path: String,
        /// The engine's words.
        reason: String,
    },
    /// No room on the volume.
    #[error("store: the disk is full ({0}); free space, nothing was lost and the next pull tries again")]
    DiskFull(String),
    /// Anything else.
    #[error("store: {0}")]
    Engine(String),
}

impl StoreError {
    pub(super) fn from_engine(error: duckdb::Error) -> Self {
        let text = one_line(&error.to_string());
        if text.contains("No space left") || text.contains("out of disk") || text.contains("Could not write file") {
            Self::DiskFull(text)
        } else {
            Self::Engine(text)
        }
    }

    /// An error met while opening `path`.
    pub(super) fn while_opening(path: &Path, error: duckdb::Error) -> Self {
        let path = path.display().to_string();
        let text = one_line(&error.to_string());
        if text.contains("Could not set lock") || text.contains("Conflicting lock") {
            let holder = text
                .split_once("PID ")
                .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next())
                .filter(|pid| !pid.is_empty())
                .map(|pid| format!(" (pid {pid})"))
                .unwrap_or_default();
            Self::InUse { path, holder }
        } else if text.contains("not a valid DuckDB database")
            || text.contains("Corrupt")
            || text.contains("corrupt")
            || text.contains("checksum")
            || text.contains("version number")
        {
            Self::Damaged { path, reason: text }
        } else if text.contains("Cannot open file")
            || text.contains("IO Error")
            || text.contains("Permission denied")
            || text.contains("No such file")
        {
            Self::Unwritable { path, reason: text }
        } else {
            Self::Engine(format!("{path}: {text}"))
        }
    }
}

fn one_line(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.len() > 300 {
        let end = words.floor_char_boundary(300);
        words.truncate(end);
        words.push('…');
    }
    words
}
