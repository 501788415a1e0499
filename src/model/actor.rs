//! Who called, when it was not a user of a pool.

/// The IAM principal behind a call, as `userIdentity` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `userIdentity.type`: `IAMUser`, `AssumedRole`, `Root`, `AWSService`, …
    pub kind: String,
    /// Name of the role, user or service; one that holds an address is replaced like a session.
    pub name: Option<String>,
    /// A role's session name, which is often an e-mail address: a keyed hash stands for it, unless
    /// user names are kept.
    pub session: Option<String>,
}
