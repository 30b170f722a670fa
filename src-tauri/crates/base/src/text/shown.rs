//! Text from servers, targets and files may hold characters that act on a terminal
//! or turn a line around. They are replaced before the text is shown.

use std::borrow::Cow;

use serde::Serialize;

/// Whether `c` acts instead of being seen: control characters (C0, DEL, C1) and the
/// marks, embeddings, overrides and isolates of bidirectional text.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Outside text as part of one line: every unsafe character, also a line break,
/// becomes U+FFFD.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, is_unsafe)
}

/// Text of several lines: as [`line`], but line breaks stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c != '\n' && is_unsafe(c))
}

fn replaced(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().any(&is_bad) {
        let shown = text.chars().map(|c| if is_bad(c) { char::REPLACEMENT_CHARACTER } else { c });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// JSON text with every unsafe character escaped: the values stay what they are.
///
/// # Errors
/// What cannot be JSON, such as a map with keys that are no texts.
pub fn json(value: &(impl Serialize + ?Sized)) -> serde_json::Result<String> {
    serde_json::to_string(value).map(escaped)
}

/// The same in several lines, for people.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn json_pretty(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(escaped)
}

/// Line breaks are between the values: inside of strings they are escaped already.
fn escaped(text: String) -> String {
    let acts = |c: char| c != '\n' && is_unsafe(c);
    if !text.chars().any(acts) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            // Inside strings only; all of them are below U+10000.
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_and_overrides_are_replaced_and_line_breaks_only_in_a_line() {
        assert_eq!(line("a\u{1b}[2Jb\u{202e}c\u{9b}d\ne"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e");
        assert_eq!(lines("a\nb\r\u{2066}"), "a\nb\u{fffd}\u{fffd}");
        assert!(matches!(line("plain é 中文 🙂"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn shown_text_holds_nothing_unsafe(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(is_unsafe));
            prop_assert!(!lines(&text).chars().any(|c| c != '\n' && is_unsafe(c)));
        }

        #[test]
        fn json_keeps_its_values_and_is_safe(text in any::<String>(), key in "\\PC*") {
            let value = serde_json::json!({ key: text });
            let shown = json(&value).expect("a value is JSON");
            prop_assert!(!shown.chars().any(is_unsafe));
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), &value);
            let pretty = json_pretty(&value).expect("JSON");
            prop_assert!(!pretty.chars().any(|c| c != '\n' && is_unsafe(c)));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty).expect("JSON"), value);
        }
    }
}
