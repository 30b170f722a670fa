//! Everything NodeWarden Desk knows and does without a window: reading backup
//! archives, account keys, the settings envelope, the server client, jobs and
//! the ledger. The window, the command line and the practice instance are all
//! built on this crate; it never depends on them.

pub mod account;
pub mod app;
pub mod checks;
pub mod desk_targets;
pub mod envelope;
pub mod granted;
pub mod health;
pub mod incidents;
pub mod jobs;
pub mod ledger;
pub mod monitor;
pub mod places;
pub mod runner;
pub mod secrets;
pub mod server;
pub mod targets;
pub mod view;

pub use desk_archive as archive;
pub use desk_base::{Code, Error, Result, clock, error, limits, messages, process, progress, text};
use desk_base::{file_names, part_file};
