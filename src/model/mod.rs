//! The words of the domain as plain types. Definitions: `queries/README.md`.

mod challenge;
mod event;
mod line;
mod pool;
mod recovery;
mod user;
mod window;

pub use challenge::{Factor, Outcome, Reason, Step};
pub use event::{Event, PreferenceChange, SignIn, Vocabulary};
pub use line::{Decoded, DecodedLine, Line, LineId, Stream};
pub use pool::{MfaConfiguration, Pool, PoolKey};
pub use recovery::RecoveryKind;
pub use user::{ListedUser, LookedUpUser, MfaState, UserStatus};
pub use window::{Window, slices};
