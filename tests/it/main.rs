//! The daemon from outside: the real binary against an AWS, a Prometheus and a browser that nobody here wrote.

mod bad_input;
mod browser;
mod check;
mod faults;
mod first_light;
mod floors;
mod late_batches;
mod lifecycle;
mod prometheus;
mod support;
mod truth;
mod world;
