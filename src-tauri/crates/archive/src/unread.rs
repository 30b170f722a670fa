//! Entries that cannot be read here, though nothing need be wrong with them: packed
//! with a password, or in a way that neither the server nor the inspector unpacks.

use std::collections::BTreeSet;

use super::content::Packing;
use super::damage::Damages;
use super::zip::{AES, Structure};
use crate::DamageCode;

/// Those entries.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    /// How many need a password.
    pub with_password: u64,
    /// How many are packed in another way.
    pub otherwise: u64,
    /// The ways in which they are packed.
    pub methods: BTreeSet<&'static str>,
}

impl Unread {
    /// Finds them; `protected` are those whose content turned out to be encrypted.
    pub(crate) fn find(
        structure: &Structure,
        protected: &[Packing],
        file_size: u64,
        damages: &mut Damages,
    ) -> Self {
        let mut unread = Self::default();
        for entry in structure.entries.iter().filter(|entry| !entry.overlaps) {
            let Some(packing) = Packing::of(entry, file_size) else { continue };
            match entry.other_method() {
                Some(method) if entry.is_marked_encrypted() || entry.method == AES => {
                    damages.withdraw(&entry.name, DamageCode::EncryptedFlag);
                    unread.with_password += 1;
                    unread.methods.insert(method);
                }
                Some(method) => {
                    unread.otherwise += 1;
                    unread.methods.insert(method);
                }
                None => unread.with_password += u64::from(protected.contains(&packing)),
            }
        }
        unread
    }
}
