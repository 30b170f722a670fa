//! What a server may ask for when it says how a key is derived: no less than the account
//! was known to use, unless the person agreed. A weaker derivation hands whoever responds to a
//! hash that is cheaper to guess the password from.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::Kdf;
use crate::Result;
use crate::error::AccountDetail;
use crate::text::{Noun, count};

/// Fewer rounds of PBKDF2 than this are weak today.
pub const RECOMMENDED_ROUNDS: u32 = 600_000;

impl Kdf {
    /// The password is cheaper to guess from its hash than with `other`.
    #[must_use]
    pub fn is_weaker_than(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pbkdf2 { iterations }, Self::Pbkdf2 { iterations: before }) => iterations < before,
            // Memory is what makes guessing expensive; PBKDF2 needs none.
            (Self::Pbkdf2 { .. }, Self::Argon2id { .. }) => true,
            (Self::Argon2id { .. }, Self::Pbkdf2 { .. }) => false,
            (
                Self::Argon2id { iterations, memory_mib, .. },
                Self::Argon2id { iterations: iterations_before, memory_mib: memory_before, .. },
            ) => iterations < iterations_before || memory_mib < memory_before,
        }
    }

    /// The rounds of PBKDF2, where they are fewer than what is recommended today.
    #[must_use]
    pub fn weak_rounds(&self) -> Option<u32> {
        match self {
            Self::Pbkdf2 { iterations } if *iterations < RECOMMENDED_ROUNDS => Some(*iterations),
            Self::Pbkdf2 { .. } | Self::Argon2id { .. } => None,
        }
    }

    /// The same in every language: "PBKDF2 (i=600000)".
    #[must_use]
    pub fn notation(&self) -> String {
        match self {
            Self::Pbkdf2 { iterations } => format!("PBKDF2 (i={iterations})"),
            Self::Argon2id { iterations, memory_mib, parallelism } => {
                format!("Argon2id (i={iterations}, m={memory_mib} MiB, p={parallelism})")
            }
        }
    }
}

/// "PBKDF2, 600000 rounds"
impl fmt::Display for Kdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbkdf2 { iterations } => write!(f, "PBKDF2, {}", count(*iterations, Noun::KdfRound)),
            Self::Argon2id { iterations, memory_mib, parallelism } => write!(
                f,
                "Argon2id, {}, {memory_mib} MiB, {}",
                count(*iterations, Noun::KdfRound),
                count(*parallelism, Noun::Lane)
            ),
        }
    }
}

/// Keeps what an account was known to use, and lets nothing weaker pass.
#[derive(Debug, Default)]
pub struct KdfGuard(Mutex<State>);

#[derive(Debug, Default, Clone, Copy)]
struct State {
    known: Option<Kdf>,
    accepts_weaker: bool,
}

impl KdfGuard {
    /// For an account that was last seen with `known`; `accepts_weaker` is the person's consent.
    #[must_use]
    pub fn new(known: Option<Kdf>, accepts_weaker: bool) -> Self {
        Self(Mutex::new(State { known, accepts_weaker }))
    }

    /// The person agreed to a weaker derivation.
    pub fn accept_weaker(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accepts_weaker = true;
    }

    /// What is known of the account.
    pub fn known(&self) -> Option<Kdf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).known
    }

    /// Refuses what is weaker than what is known; else it is known from now on. Nothing is
    /// derived before this.
    ///
    /// # Errors
    /// `KdfWeaker`, with the values `asked` and `known`.
    pub fn check(&self, asked: Kdf) -> Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.known {
            Some(known) if asked.is_weaker_than(&known) && !state.accepts_weaker => {
                Err(AccountDetail::KdfWeaker { asked: asked.notation(), known: known.notation() }.error())
            }
            _ => {
                state.known = Some(asked);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    const fn argon(iterations: u32, memory_mib: u32, parallelism: u32) -> Kdf {
        Kdf::Argon2id { iterations, memory_mib, parallelism }
    }

    const fn pbkdf2(iterations: u32) -> Kdf {
        Kdf::Pbkdf2 { iterations }
    }

    #[test]
    fn a_kdf_with_fewer_iterations_or_less_memory_is_weaker() {
        for (asked, known) in [
            (pbkdf2(100_000), pbkdf2(600_000)),
            (pbkdf2(2_000_000), argon(2, 16, 1)),
            (argon(2, 64, 4), argon(3, 64, 4)),
            (argon(6, 32, 4), argon(3, 64, 4)),
        ] {
            assert!(asked.is_weaker_than(&known), "{asked} < {known}");
        }
        for (asked, known) in [
            (pbkdf2(600_000), pbkdf2(600_000)),
            (pbkdf2(700_000), pbkdf2(600_000)),
            (argon(2, 16, 1), pbkdf2(600_000)),
            (argon(3, 64, 2), argon(3, 64, 4)),
        ] {
            assert!(!asked.is_weaker_than(&known), "{asked} >= {known}");
        }
    }

    #[test]
    fn a_weaker_kdf_needs_consent_and_a_stronger_one_is_remembered() {
        let guard = KdfGuard::new(Some(pbkdf2(600_000)), false);
        let error = guard.check(pbkdf2(5_000)).expect_err("weaker");
        assert_eq!(error.code(), Code::KdfWeaker);
        assert!(error.to_string().contains("PBKDF2 (i=5000); before: PBKDF2 (i=600000)"), "{error}");
        guard.check(argon(3, 64, 4)).expect("stronger");
        guard.check(pbkdf2(600_000)).expect_err("weaker by now");
        guard.accept_weaker();
        guard.check(pbkdf2(5_000)).expect("with consent");
        assert_eq!(guard.known(), Some(pbkdf2(5_000)));
        KdfGuard::default().check(pbkdf2(5_000)).expect("nothing was known");
    }

    #[test]
    fn few_rounds_of_pbkdf2_are_weak() {
        assert_eq!(pbkdf2(599_999).weak_rounds(), Some(599_999));
        assert_eq!(pbkdf2(600_000).weak_rounds(), None);
        assert_eq!(argon(2, 16, 1).weak_rounds(), None);
    }
}
