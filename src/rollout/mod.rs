//! What a roll-out may bring: answers about days to come, out of days that were. Pure.

pub mod forecast;
