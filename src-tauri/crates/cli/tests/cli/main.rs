//! `nwdesk` as scripts see it: the real program, its output and its exit codes,
//! against the practice instance.

mod offline;
mod practice;
mod profile;
mod refusals;
mod repair;
mod server;
mod support;
mod two_step;
