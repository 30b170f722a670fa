//! Stored settings in the text that people have: a pasted row, an exported database.

use serde_json::Value;

use super::{Envelope, KEY, Stored, damaged};
use crate::secrets::ZeroizingJson;
use crate::{Error, Result};

impl Envelope {
    /// Reads settings from what a person has at hand: the row's value, the row as
    /// JSON, what a query returned, or an exported database (SQL) with the row
    /// somewhere in it. `None` when there are none in it.
    ///
    /// # Errors
    /// `EnvelopeDamaged`, `EnvelopeVersionUnknown` when there are, and none that opens.
    pub fn find_in(text: &str) -> Result<Option<Stored>> {
        let text = text.trim().trim_start_matches('\u{feff}');
        let mut found = Found::default();
        if !found.look_into(text) {
            // A terminal writes words before a response.
            let begins = ["\n[", "\n{"].iter().filter_map(|begin| text.find(begin)).min();
            let answer = begins.map_or("", |at| &text[at + 1..]);
            let mut answers = serde_json::Deserializer::from_str(answer).into_iter::<Value>();
            if let Some(Ok(answer)) = answers.next() {
                found.look(&ZeroizingJson::new(answer));
            }
            sql_values(text).for_each(|value| found.take(Self::parse(value)));
        }
        match found {
            Found { settings: Some(settings), .. } => Ok(Some(settings)),
            Found { failed: Some(error), .. } => Err(error),
            Found { settings: None, failed: None } => Ok(None),
        }
    }
}

/// The first settings that can be read, or why those that were found cannot.
#[derive(Default)]
struct Found {
    settings: Option<Stored>,
    failed: Option<Error>,
}

impl Found {
    fn take(&mut self, parsed: Result<Stored>) {
        match parsed {
            Ok(settings) if self.settings.is_none() => self.settings = Some(settings),
            Err(error) if self.failed.is_none() => self.failed = Some(error),
            Ok(_) | Err(_) => {}
        }
    }

    fn look(&mut self, value: &Value) {
        match value {
            Value::Object(fields) if is_settings(fields) => self.take(Envelope::parse(&value.to_string())),
            Value::Object(fields) if fields.get("key").is_some_and(|key| key == KEY) => {
                let row = fields.get("value").and_then(Value::as_str);
                match row {
                    Some(row) => self.take(Envelope::parse(row)),
                    None => fields.values().for_each(|field| self.look(field)),
                }
            }
            Value::Object(fields) => fields.values().for_each(|field| self.look(field)),
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            // A row's value: JSON in JSON.
            Value::String(text) if text.trim_start().starts_with('{') => {
                self.look_into(text);
            }
            _ => {}
        }
    }

    /// Looks into JSON; returns whether it is some.
    fn look_into(&mut self, text: &str) -> bool {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => self.look(&ZeroizingJson::new(value)),
            Err(error) if error.is_eof() && is_sealed(text) => {
                self.take(Err(damaged("the text ends in the middle of it")));
            }
            Err(_) => return false,
        }
        true
    }
}

/// An envelope, or unencrypted settings.
fn is_settings(fields: &serde_json::Map<String, Value>) -> bool {
    match fields.get("destinations") {
        Some(destinations) => destinations.is_array(),
        None => fields.get("version").is_some_and(Value::is_u64),
    }
}

/// The beginning of an envelope.
fn is_sealed(text: &str) -> bool {
    text.starts_with('{') && ["\"portable\"", "\"runtime\""].iter().any(|part| text.contains(part))
}

/// The JSON that follows each mention of the row's key, as in
/// `INSERT INTO config VALUES('…','{…}')`. Sealed settings hold no quote, so none is
/// doubled in there.
fn sql_values(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(KEY).filter_map(|(at, _)| {
        let after = &text[at + KEY.len()..];
        // Another mention that comes first has the value to itself.
        let until = after.find(KEY).unwrap_or(after.len());
        let begins = after.get(..until)?.find('{')?;
        // The value of another statement is no value of this one.
        let value = Some(&after[begins..]).filter(|_| !after[..begins].contains(';'))?;
        let mut objects = serde_json::Deserializer::from_str(value).into_iter::<serde::de::IgnoredAny>();
        objects.next()?.ok()?;
        value.get(..objects.byte_offset())
    })
}
