//! Text of one record → values of the model. Pure, and total: any bytes give an answer.

pub mod cloudtrail;
mod lenient;
mod pseudonym;

pub use pseudonym::Pseudonyms;
