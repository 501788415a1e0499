//! What breaks when the MFA of a pool is switched, when it can be, and what it takes.
//!
//! Pure: facts that the store was asked for go in, figures that somebody decides by come out. What is not known is
//! an outcome of its own and is never counted as another.

mod factors;
pub mod forecast;
mod gate;
mod headline;
mod interval;
mod load;
mod outcome;
mod profile;
mod record;
mod risk;
mod simulation;
mod target;
mod waves;

pub use factors::FactorSet;
pub use gate::{Criterion, Judgement, Limits, Verdict, judge};
pub use headline::Headline;
pub use interval::poisson;
pub use load::{CountryFacts, CountryLoad, Given, Load, LoadFacts, PerDay, Price, SupportFacts, load};
pub use outcome::{Outcome, Tally};
pub use profile::Profile;
pub use record::{Difference, compare, fingerprint};
pub use risk::{Risk, RiskCount, delivers_poorly};
pub use simulation::{
    Circumstance, ClientUse, Coverage, Hours, Peak, PoolSetting, ProfileUsers, Replayed, Simulation, SimulationFacts,
    simulate,
};
pub use target::{Assumption, Target};
pub use waves::{Group, Wave, plan};
