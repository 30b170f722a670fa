//! The sentences that core, terminal and window share, from the window's own
//! message file, so that both say the same.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

static MESSAGES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let file = include_str!("../../../../ui/messages/en.json");
    // The file is part of the program; a test reads it.
    serde_json::from_str(file).unwrap_or_default()
});

/// The English sentence with this key, its placeholders filled in. A sentence with a
/// plural form takes it from the value `count`.
pub fn message(key: &str, values: &[(&str, &str)]) -> String {
    let Some(pattern) = MESSAGES.get(key).and_then(|entry| pattern(entry, values)) else {
        return key.to_owned();
    };
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        text.push_str(value.unwrap_or(name));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A value as it stands in an English sentence.
pub trait Worded {
    /// The key of what stands between two in a list.
    const BETWEEN: &'static str = "list_comma";

    /// In words.
    fn worded(&self) -> String;
}

macro_rules! worded {
    ($($type:ty),+) => {
        $(impl Worded for $type {
            fn worded(&self) -> String {
                self.to_string()
            }
        })+
    };
}
worded!(String, u16, u64);

impl<T: Worded> Worded for Vec<T> {
    fn worded(&self) -> String {
        let all: Vec<String> = self.iter().map(Worded::worded).collect();
        all.join(&message(T::BETWEEN, &[]))
    }
}

/// The English sentence with this key and these values; a `count` is there as `shown` too.
pub fn sentence(key: &str, values: &[(&str, String)]) -> String {
    let mut all: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let count = all.iter().find(|(name, _)| *name == "count").map(|(_, value)| *value);
    all.extend(count.map(|count| ("shown", count)));
    message(key, &all)
}

/// The names in braces in a message of the file, in every form of it.
pub fn placeholders(message: &Value) -> BTreeSet<String> {
    match message {
        Value::String(text) => {
            let parts = text.split('{').skip(1);
            parts.filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
        }
        Value::Array(forms) => forms.iter().flat_map(placeholders).collect(),
        Value::Object(fields) => {
            let forms = fields.get("match").and_then(Value::as_object);
            forms.into_iter().flat_map(|forms| forms.values().flat_map(placeholders)).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// The text of an entry: itself, or the variant for the number in `count`.
fn pattern<'a>(entry: &'a Value, values: &[(&str, &str)]) -> Option<&'a str> {
    let Some(variants) = entry.get(0).and_then(|variant| variant.get("match")) else {
        return entry.as_str();
    };
    let is_one = values.iter().any(|(name, value)| *name == "count" && *value == "1");
    let form = if is_one { "form=one" } else { "form=other" };
    variants.get(form).or_else(|| variants.get("form=other"))?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_its_values_and_its_plural_form() {
        assert_eq!(message("incident_failed_title", &[("target", "NAS")]), "The last backup to NAS failed");
        let fine = |count| message("jobs_fine", &[("count", count), ("shown", count)]);
        assert_eq!((fine("1").as_str(), fine("3").as_str()), ("1 succeeded", "3 succeeded"));
    }

    #[test]
    fn a_value_with_braces_is_not_filled_in_again() {
        let values = [("target", "{file}"), ("file", "x")];
        assert_eq!(message("incident_failed_title", &values), "The last backup to {file} failed");
    }
}
