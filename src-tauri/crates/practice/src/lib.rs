//! The practice instance: a NodeWarden-compatible server and its WebDAV target
//! in one process, for rehearsal and for tests. It speaks the same API, keeps
//! real accounts and real encrypted data, and has switches that cause the
//! faults an administrator should have rehearsed.

mod backup;
mod bodies;
mod control;
mod database;
mod drill;
mod failed;
mod faults;
mod inject;
mod keepsake;
mod options;
mod practice;
mod private;
mod routes;
mod sample;
mod serve;
mod server;
mod settings;
mod share;
mod start;
mod state;
mod target;

pub use drill::PracticeDrills;
pub use faults::{Fault, PartialResult, Side};
pub use options::{Contents, Generation, PracticeOptions, RateLimit, Sample};
pub use practice::Practice;

pub use control::PracticeState;
