//! What is found wrong with a file. The search goes on after the first find;
//! only the list is bounded, for files made to make it endless.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::Damage;
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
    pub(crate) fn file(&mut self, code: DamageCode, message: impl Into<String>) -> Noted<'_> {
        self.add(None, code, message.into())
    }

    /// Something is wrong with one entry.
    pub(crate) fn entry(&mut self, name: &str, code: DamageCode, message: impl Into<String>) -> Noted<'_> {
        self.add(Some(shown(name)), code, message.into())
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
            let message = format!("{} more faults were found than are listed here.", self.beyond);
            let values = BTreeMap::from([("count".to_owned(), self.beyond.to_string())]);
            self.list.push(Damage { entry: None, code: DamageCode::More, message, values });
        }
        self.list
    }

    fn add(&mut self, entry: Option<String>, code: DamageCode, message: String) -> Noted<'_> {
        if self.list.len() < MOST_DAMAGES {
            self.list.push(Damage { entry, code, message, values: BTreeMap::new() });
            Noted(self.list.last_mut())
        } else {
            self.beyond += 1;
            Noted(None)
        }
    }
}

/// A find that was noted, if there was room for it.
pub(crate) struct Noted<'a>(Option<&'a mut Damage>);

impl Noted<'_> {
    /// A figure or a name inside the sentence, for translation.
    pub(crate) fn value(self, name: &str, value: impl Display) -> Self {
        let Self(mut noted) = self;
        if let Some(damage) = noted.as_deref_mut() {
            damage.values.insert(name.to_owned(), value.to_string());
        }
        Self(noted)
    }
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
