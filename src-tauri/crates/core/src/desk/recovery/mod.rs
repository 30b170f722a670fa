//! Recovery at the desk: evidence is gathered here, [`crate::recovery`] says what
//! it means, and cases are kept in the ledger.

mod cases;
mod evidence;
mod opened;
mod secrets;
mod tokens;

pub(super) use opened::Opened;
pub use opened::{KnownSource, OpenedSettings, OpenedSource};
