//! What stands at a place of a file.

use memchr::memmem;

/// The member of a document that holds the records, and so says what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum List {
    /// None: the value stands alone.
    None,
    /// `Records` of a CloudTrail file.
    Records,
    /// `Events` that `lookup-events` answers with.
    Events,
    /// `events` or `logEvents` of CloudWatch Logs.
    LogEvents,
    /// `Users` that `list-users` answers with.
    Users,
}

/// Members that say that there is a next page.
pub(super) const TOKENS: [&[u8]; 2] = [b"PaginationToken", b"NextToken"];

impl List {
    pub(super) fn named(member: &[u8]) -> Option<Self> {
        match member {
            b"Records" => Some(Self::Records),
            b"Events" => Some(Self::Events),
            b"events" | b"logEvents" => Some(Self::LogEvents),
            b"Users" => Some(Self::Users),
            _ => None,
        }
    }
}

/// What stands at a place of a file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::import) enum Piece<'a> {
    /// A JSON value.
    Value {
        /// Its text.
        text: &'a str,
        /// The list it is of.
        list: List,
    },
    /// Something else, which can be passed over.
    Garbage {
        /// It may be users of a listing.
        may_hold_users: bool,
    },
    /// The end of a document with users: a page of a listing.
    Page {
        /// A token says that there is a next one.
        has_more: bool,
    },
}

impl<'a> Piece<'a> {
    /// A value of a list, if it is text.
    pub(super) fn of(bytes: &'a [u8], list: List) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Value { text, list },
            Err(_) if list == List::Users => Self::Garbage { may_hold_users: true },
            Err(_) => Self::garbage(bytes),
        }
    }

    pub(super) fn garbage(bytes: &[u8]) -> Self {
        Self::Garbage { may_hold_users: may_hold_users(bytes) }
    }
}

/// Whether what cannot be read may hold users of a listing.
pub(in crate::import) fn may_hold_users(bytes: &[u8]) -> bool {
    memmem::find(bytes, br#""Users""#).is_some()
}
