//! Everything NodeWarden Desk knows and does without a window: reading backup
//! archives, account keys, the settings envelope, the server client, jobs and
//! the ledger. The window, the command line and the practice instance are all
//! built on this crate; it never depends on them.

pub mod account;
pub mod archive;
pub mod clock;
pub mod desk;
pub mod envelope;
pub mod error;
mod file_names;
pub mod findings;
pub mod health;
pub mod jobs;
pub mod ledger;
pub mod process;
pub mod progress;
pub mod recovery;
pub mod secrets;
pub mod server;
pub mod targets;
pub mod text;

pub use error::{Code, Error, Result};
