//! What became of files.

use serde::{Deserialize, Serialize};

use crate::store::Tally;

/// Bad records that are told by file and line.
pub(super) const TOLD: usize = 10;

/// Notes that are told, one line each.
const NOTES: usize = 50;

/// What became of files.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files read to their end.
    pub files: u64,
    /// Records that said something new.
    pub stored: u64,
    /// New records with a user-pool event name that is not known: kept, but in no figure.
    pub unclassified: u64,
    /// Records that were stored already.
    pub duplicate: u64,
    /// Records that say nothing about users or pools, or are past their retention.
    pub ignored: u64,
    /// What is none of the records that can be read.
    pub malformed: u64,
    /// Where the first of them are.
    pub malformed_at: Vec<Place>,
    /// Files that could not be read to their end; what was read of them is stored.
    pub unreadable: Vec<UnreadableFile>,
    /// Users of the listings that were complete: told when the import ends.
    pub users: u64,
    /// Look-ups that were read; the newest of a user stays.
    pub lookups: u64,
    /// Pools whose settings were read: told when the import ends.
    pub pools: u64,
    /// What was not taken from the files and what they lack, a line each.
    pub notes: Vec<String>,
}

/// A place in a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Line on which the record begins, from 1.
    pub line: u64,
    /// Which record of the file it is, from 1.
    pub record: u64,
}

/// A file that could not be read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct UnreadableFile {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Report {
    /// Records of any kind.
    pub fn records(&self) -> u64 {
        self.stored + self.unclassified + self.duplicate + self.ignored + self.malformed
    }

    /// Adds what became of other files.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.stored += other.stored;
        self.unclassified += other.unclassified;
        self.duplicate += other.duplicate;
        self.ignored += other.ignored;
        self.malformed += other.malformed;
        self.malformed_at.extend(other.malformed_at);
        self.malformed_at.truncate(TOLD);
        self.unreadable.extend(other.unreadable);
        self.users += other.users;
        self.lookups += other.lookups;
        self.pools += other.pools;
        self.notes.extend(other.notes);
        self.notes.truncate(NOTES);
    }

    pub(super) fn add_tally(&mut self, tally: Tally) {
        let number = |number: i64| u64::try_from(number).unwrap_or_default();
        self.stored += number(tally.stored);
        self.unclassified += number(tally.unclassified);
        self.duplicate += number(tally.duplicate);
    }

    /// Notes something, unless there is too much to tell already.
    pub(super) fn note(&mut self, line: String) {
        if self.notes.len() < NOTES {
            self.notes.push(line);
        }
    }
}
