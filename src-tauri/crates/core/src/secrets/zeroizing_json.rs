//! JSON with secrets in it, for as long as it is needed.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

/// JSON whose texts are wiped when it goes out of use.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub struct ZeroizingJson(Value);

impl ZeroizingJson {
    /// Takes it over.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// All of them in one list.
    pub fn list(items: Vec<Self>) -> Self {
        Self(items.into_iter().map(Self::into_inner).collect())
    }

    /// An object with this as its only field.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self(Map::from_iter([(name.to_owned(), self.into_inner())]).into())
    }

    /// Sets a field of an object; what it held is wiped.
    pub fn set(&mut self, name: &str, value: impl Into<Self>) {
        if let Some(fields) = self.0.as_object_mut() {
            drop(fields.insert(name.to_owned(), value.into().into_inner()).map(Self));
        }
    }

    /// Takes a field out of an object; null when there is none.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Self {
        Self(self.0.as_object_mut().and_then(|fields| fields.remove(name)).unwrap_or_default())
    }

    /// As JSON text, in memory that is wiped when the last who holds it lets go. It is
    /// made in one piece: growing would leave copies behind.
    pub fn to_bytes(&self) -> Bytes {
        in_one_piece(|to| serde_json::to_writer(to, &self.0))
    }

    /// The same for a person to read.
    pub fn to_pretty_bytes(&self) -> Bytes {
        in_one_piece(|to| serde_json::to_writer_pretty(to, &self.0))
    }

    fn into_inner(mut self) -> Value {
        std::mem::take(&mut self.0)
    }
}

fn in_one_piece(write: impl Fn(&mut dyn io::Write) -> serde_json::Result<()>) -> Bytes {
    let mut length = Length(0);
    // A JSON value always serialises, and neither of these ever fails to take it.
    let _ = write(&mut length);
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    let _ = write(&mut *text);
    Bytes::from_owner(text)
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<Value> for ZeroizingJson {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<&str> for ZeroizingJson {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Deref for ZeroizingJson {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl DerefMut for ZeroizingJson {
    fn deref_mut(&mut self) -> &mut Value {
        &mut self.0
    }
}

impl fmt::Debug for ZeroizingJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ZeroizingJson(…)")
    }
}

impl Drop for ZeroizingJson {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_wiped_and_none_is_shown() {
        let mut value = json!({"a": ["hush", {"b": "hush"}], "n": 1});
        wipe(&mut value);
        assert_eq!(value, json!({"a": ["", {"b": ""}], "n": 1}));
        assert!(!format!("{:?}", ZeroizingJson::new(json!("hush"))).contains("hush"));
    }

    #[test]
    fn serialized_text_is_allocated_once_and_unchanged() {
        let value = json!({"long": "hush \u{1f511} \"quoted\"\n".repeat(500), "list": [1, null, true]});
        let bytes = ZeroizingJson::new(value.clone()).to_bytes();
        assert_eq!(bytes, value.to_string().as_bytes());
        let mut length = Length(0);
        serde_json::to_writer(&mut length, &value).expect("counted");
        assert_eq!(length.0, bytes.len(), "no more memory is needed than was asked for");
    }

    #[test]
    fn fields_are_joined_without_a_copy() {
        let text = String::from("hush");
        let at = text.as_ptr();
        let mut body = ZeroizingJson::list(vec![ZeroizingJson::new(text.into())]).named("destinations");
        body.set("hash", "of the password");
        body.set("hash", "of another");
        assert_eq!(*body, json!({"destinations": ["hush"], "hash": "of another"}));
        assert_eq!(body["destinations"][0].as_str().map(str::as_ptr), Some(at));
        assert_eq!(*body.take("hash"), "of another");
        assert_eq!(*body.take("hash"), Value::Null);
    }
}
