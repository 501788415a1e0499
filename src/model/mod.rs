//! The words of the domain as plain types. Definitions: `queries/README.md`.

mod actor;
mod answers;
mod challenge;
mod event;
pub mod journey;
mod line;
mod pool;
mod population;
mod ratio;
mod recovery;
mod sms;
mod user;
mod window;

pub use actor::Actor;
pub use answers::{NamedFactors, PoolDescription, PoolFactors, RememberedDevices, SmsSender};
pub(crate) use challenge::words;
pub use challenge::{Factor, Outcome, Reason, Step};
pub use event::{Event, FactorSetting, PreferenceChange, SignIn, Vocabulary};
pub use line::{Decoded, DecodedLine, Line, LineId, Stream};
pub use pool::{Client, Devices, MfaConfiguration, Pool, PoolKey, SmsRoute};
pub use population::{Counts, Population};
pub use ratio::Ratio;
pub use recovery::RecoveryKind;
pub use sms::{
    AuthEvent, DELAY_BOUNDS_S, DeliveryNotice, SendError, SmsFailure, SmsPurpose, SmsReceipt, SmsService, SmsStatus,
};
pub use user::{ListedUser, LookedUpUser, Lookup, MfaState, Strength, UserStatus};
pub use window::{Window, slices};
