//! The daemon from outside: the real binary against an AWS, a Prometheus and a browser that nobody here wrote.

mod auth_factors;
mod bad_directory;
mod bad_input;
mod broken_sweeps;
mod browser;
mod changed_users;
mod check;
mod demo;
mod edge_states;
mod faults;
mod first_light;
mod floors;
mod gate;
mod late_batches;
mod lifecycle;
mod log_groups;
mod prometheus;
mod revisions;
mod rules;
mod second_stand_in;
mod support;
mod truth;
mod user_lists;
mod user_states;
mod views;
mod world;
