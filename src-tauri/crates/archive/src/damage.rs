//! What is found wrong with a file. The search continues after the first find;
//! only the list is bounded, for files made to make it endless.

use super::{Damage, DamageDetail};
use crate::DamageCode;

/// More finds than anyone reads; what a hostile file has beyond is counted.
const MOST_DAMAGES: usize = 10_000;
const LONGEST_NAME: usize = 300;

/// The finds so far.
#[derive(Debug, Default)]
pub(crate) struct Damages {
    list: Vec<Damage>,
    beyond: u64,
}

impl Damages {
    /// Something is wrong with the file as a whole.
    pub(crate) fn file(&mut self, detail: DamageDetail) {
        self.add(None, detail);
    }

    /// Something is wrong with one entry.
    pub(crate) fn entry(&mut self, name: &str, detail: DamageDetail) {
        self.add(Some(shown(name)), detail);
    }

    /// Takes a find back that turned out to be none.
    pub(crate) fn withdraw(&mut self, name: &str, code: DamageCode) {
        let name = shown(name);
        self.list.retain(|damage| damage.code != code || damage.entry.as_deref() != Some(&name));
    }

    /// Nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All finds.
    pub(crate) fn into_list(mut self) -> Vec<Damage> {
        if self.beyond > 0 {
            self.list.push(damage(None, DamageDetail::More { count: self.beyond }));
        }
        self.list
    }

    fn add(&mut self, entry: Option<String>, detail: DamageDetail) {
        if self.list.len() < MOST_DAMAGES {
            self.list.push(damage(entry, detail));
        } else {
            self.beyond += 1;
        }
    }
}

fn damage(entry: Option<String>, detail: DamageDetail) -> Damage {
    Damage { entry, code: detail.code(), message: detail.sentence(), detail: Some(detail) }
}

/// A name as it is shown: not endless, and without characters that do things to
/// a terminal.
pub(crate) fn shown(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .take(LONGEST_NAME)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if name.chars().nth(LONGEST_NAME).is_some() {
        shown.push('…');
    }
    shown
}
