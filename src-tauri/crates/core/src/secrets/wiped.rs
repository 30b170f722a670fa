//! JSON with secrets in it, for as long as it is needed.

use std::fmt;
use std::ops::Deref;

use serde_json::Value;
use zeroize::Zeroize;

/// JSON whose texts are wiped when it goes out of use.
pub struct Wiped(Value);

impl Wiped {
    /// Takes it over.
    pub fn new(value: Value) -> Self {
        Self(value)
    }
}

impl Deref for Wiped {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wiped(…)")
    }
}

impl Drop for Wiped {
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
        assert!(!format!("{:?}", Wiped::new(json!("hush"))).contains("hush"));
    }
}
