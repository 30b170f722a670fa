//! An account's keys (PROTOCOL section 1).
//!
//! The way down, from what a person knows to what opens the settings envelope:
//! master password → [`MasterKey`] → stretched [`SymmetricKey`] → user key →
//! [`PrivateKey`]. [`unlock`] walks it. Nothing here is ever stored or logged:
//! keys are wiped when they go out of use, and their `Debug` says no more than
//! that they exist.

mod enc_string;
mod kdf;
mod kdf_guard;
mod rsa;
mod unlock;

pub use enc_string::{EncString, SymmetricKey};
pub use kdf::{Kdf, MasterKey};
pub use kdf_guard::{KdfGuard, RECOMMENDED_ROUNDS};
pub use rsa::{KeyPair, PrivateKey, wrap_for};
pub use unlock::{AccountKeys, unlock};
