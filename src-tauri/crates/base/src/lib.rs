//! What every crate of NodeWarden Desk shares: the error that a person sees, how a long
//! operation reports and ends, files that appear under their name only when whole, and text
//! from outside made safe to show. Depends on no other crate of the project.

pub mod clock;
pub mod error;
pub mod file_names;
pub mod limits;
pub mod messages;
pub mod outcome;
pub mod part_file;
pub mod process;
pub mod progress;
pub mod redact;
pub mod text;

pub use error::{Code, Error, Result};
pub use outcome::Outcome;
pub use part_file::PartFile;
