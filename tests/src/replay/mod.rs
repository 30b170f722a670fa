//! Playing recorded requests to a server and comparing what it returns with
//! what was recorded.

mod compare;
mod exceptions;
mod hub;
mod stage;
mod transcript;

pub use compare::{Difference, compare};
pub use exceptions::{Exceptions, Kind};
pub use hub::Listener;
pub use stage::{Reply, Stage};
pub use transcript::{Request, Response, Step, Transcript, names};

use std::path::PathBuf;

/// A file or folder of the recordings.
pub fn fixture(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).join(path)
}
