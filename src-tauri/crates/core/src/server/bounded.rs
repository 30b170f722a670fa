//! Parts of a server's response that never take more memory than a real one: lists that
//! end in an error when they are longer, and values of which only the plain ones are kept.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How many values a JSON response may hold: each takes many times its bytes in memory.
const MOST_VALUES: usize = 200_000;

/// How many of them may be objects, which take the most. The largest response that is
/// read has room for fewer entries of a real listing.
const MOST_OBJECTS: usize = 30_000;

/// Counts the values of a JSON text without building them.
pub(super) fn holds_too_many_values(json: &[u8]) -> bool {
    let (mut values, mut objects, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' if !in_text => objects += 1,
            b'[' | b',' if !in_text => values += 1,
            _ => {}
        }
    }
    objects > MOST_OBJECTS || values + objects > MOST_VALUES
}

/// A list of at most `MOST` values.
#[derive(Debug)]
pub(super) struct List<T, const MOST: usize>(pub Vec<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for List<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for ListVisitor<T, MOST> {
    type Value = List<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST} values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == MOST {
                return Err(A::Error::custom("too many values"));
            }
            list.push(item);
        }
        Ok(List(list))
    }
}

/// A value that is expected to be plain. Of a list or an object nothing is kept.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Plain {
    Text(String),
    /// A whole number that is not negative.
    Number(u64),
    Bool(bool),
    #[default]
    Null,
    /// Anything else.
    Other,
}

impl Plain {
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn into_text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(is) = self { Some(*is) } else { None }
    }

    /// For a field that may be missing or null, where these differ: with
    /// `#[serde(default, deserialize_with = "Plain::present")]` a null is `Some(Null)`.
    pub fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Self::deserialize(from).map(Some)
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, is: bool) -> Result<Plain, E> {
        Ok(Plain::Bool(is))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
        Ok(Plain::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Plain, E> {
        Ok(u64::try_from(number).map_or(Plain::Other, Plain::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Plain, E> {
        Ok(Plain::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_none<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Plain, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plain, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Plain::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Plain, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Plain::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_too_long_is_an_error() {
        let read = |text: &str| serde_json::from_str::<List<u8, 3>>(text).map(|list| list.0);
        assert_eq!(read("[1,2,3]").expect("three"), [1, 2, 3]);
        assert!(read("[1,2,3,4]").is_err() && read("{}").is_err());
    }

    #[test]
    fn values_inside_strings_are_not_counted() {
        let holds = |text: &str| holds_too_many_values(text.as_bytes());
        assert!(!holds(&format!("[{}0]", "{},".repeat(MOST_OBJECTS - 1))));
        assert!(holds(&format!("[{}0]", "{},".repeat(MOST_OBJECTS + 1))));
        assert!(holds(&format!("[{}0]", "0,".repeat(MOST_VALUES))));
        assert!(!holds(&format!("[\"{}\\\"{{\"]", "{,[".repeat(MOST_VALUES))));
    }

    #[test]
    fn only_plain_values_are_kept() {
        let read = |text: &str| serde_json::from_str::<Plain>(text).expect("JSON");
        assert_eq!(read("\"a\"").as_str(), Some("a"));
        assert_eq!((read("7").as_u64(), read("-7").as_u64(), read("1.5").as_u64()), (Some(7), None, None));
        assert_eq!((read("true").as_bool(), read("null")), (Some(true), Plain::Null));
        for other in ["[1,[2]]", "{\"a\":{\"b\":1}}", "-1", "1e300"] {
            assert_eq!(read(other), Plain::Other, "{other}");
        }
    }
}
