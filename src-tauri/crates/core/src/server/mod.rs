//! One NodeWarden server: signing in, sessions, requests, API generations and
//! the progress hub (PROTOCOL sections 1 and 2).

mod access;
mod address;
mod answer;
mod audit;
mod backups;
mod bounded;
mod call;
mod confirm;
mod connection;
mod failure;
mod generation;
mod hub;
mod import;
mod keys;
mod model;
mod session;
mod settings;
mod sign_in;
mod timeouts;
mod token;
mod transport;
mod waits;
mod wire;

pub use address::ServerAddress;
pub use answer::Answer;
pub use audit::{AuditEvent, AuditKind, AuditPage};
pub use backups::{ImportAnswer, Incoming, RepairState, Run};
pub use confirm::AtWork;
pub use connection::{Connection, ConnectionSecrets};
pub use failure::error_from_target;
pub(crate) use failure::{leaves_open, page_for_a_file};
pub use keys::{AccountMark, TokenLook};
pub use model::*;
pub use session::{Account, Session};
pub use settings::*;
pub use sign_in::{Credentials, SignIn, TwoStep};
pub use timeouts::{RateLimiter, Timeouts};
pub use token::{AccessToken, TokenKeeper};
pub use transport::{JwtUnsafe, Server};
