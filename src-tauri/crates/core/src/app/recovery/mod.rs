//! Recovery at the desk: evidence is gathered here, [`crate::incidents`] says what
//! it means, and cases are kept in the ledger.

mod cases;
mod direct;
mod evidence;
mod known;
mod opened;
mod secrets;
mod tokens;

pub use known::KnownSource;
pub(super) use opened::Opened;
pub use opened::{OpenedSettings, OpenedSource};
