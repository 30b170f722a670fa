//! Watching servers in the background: rules that turn what was seen of a server into alerts,
//! and a memory that notifies of each alert once. Pure: nothing here asks a server or a clock;
//! `app/watch` does.

mod facts;
mod memory;
mod pace;
mod rules;
mod seen;
#[cfg(test)]
mod tests;

pub use facts::{CertificateFacts, ServerFacts};
pub use memory::{AlertMemory, QuietHours};
pub use pace::{Pace, next_look};
pub use rules::alerts;
pub use seen::{Alert, AlertKind, CertificateSeen, ServerSeen, Standing, TargetSeen};
