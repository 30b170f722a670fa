//! The practice instance: a NodeWarden-compatible server and its WebDAV target
//! in one process, for rehearsal and for tests. It speaks the same API, keeps
//! real accounts and real encrypted data, and has switches that cause the
//! incidents an administrator should have rehearsed.

mod backup;
mod bodies;
mod control;
mod database;
mod faults;
mod incident;
mod instance;
mod keepsake;
mod options;
mod practice;
mod private;
mod sample;
mod serve;
mod server;
mod share;
mod start;
mod target;

pub use incident::{Incident, PartialResult, Side};
pub use options::{Contents, Generation, PracticeOptions, RateLimit, Sample};
pub use practice::Practice;

pub use control::PracticeState;
