//! One row of a table: its members by name, without copying them.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::input::Input;
use super::value::unescape;
use super::{Value, Visitor, WalkError};

/// More members than a row of any table has, by far. One row could be made of
/// millions, each of which would cost more memory than it takes in the text.
const MOST_MEMBERS: usize = 1024;

/// The members of the row being read; kept from row to row to save its memory.
#[derive(Debug, Default)]
pub struct Fields {
    places: Vec<Field>,
    /// There are more than are kept.
    has_more: bool,
}

#[derive(Debug)]
struct Field {
    /// The name between its quotes.
    name: Range<usize>,
    has_escapes: bool,
    value: Range<usize>,
}

/// An element of an array, or an object.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    raw: &'a [u8],
    fields: &'a Fields,
    /// It was longer than all that the server takes, or had more members than a
    /// row has, and was passed over.
    pub too_long: bool,
}

impl<'a> Row<'a> {
    /// The row's own text.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// It is `null`, which the server's code cannot look into.
    pub fn is_null(&self) -> bool {
        self.raw == b"null"
    }

    /// The member of this name; the last one, as in JavaScript.
    pub fn get(&self, name: &str) -> Value<'a> {
        let found = self.fields.places.iter().rev().find(|field| {
            let own = &self.raw[field.name.clone()];
            own == name.as_bytes() || (field.has_escapes && unescape(own) == name)
        });
        found.map_or(Value::Missing, |field| Value::new(&self.raw[field.value.clone()]))
    }

    /// Some member is an object or an array; rows of a database have none.
    pub fn has_nested(&self) -> bool {
        self.fields.places.iter().any(|field| matches!(self.raw.get(field.value.start), Some(b'{' | b'[')))
    }

    /// All members, in their order.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
        let raw = self.raw;
        let members = self.fields.places.iter();
        members.map(move |field| (unescape(&raw[field.name.clone()]), Value::new(&raw[field.value.clone()])))
    }

    /// The row as `serde_json` holds it.
    pub fn to_json(self) -> Map<String, Json> {
        self.members().map(|(key, value)| (key.into_owned(), value.to_json())).collect()
    }
}

/// Reads one element and hands it on.
pub(super) fn read<R: Read>(
    input: &mut Input<R>,
    fields: &mut Fields,
    visitor: &mut impl Visitor,
) -> Result<(), WalkError> {
    fields.places.clear();
    fields.has_more = false;
    input.mark();
    if input.peek()? == Some(b'{') {
        read_members(input, fields)?;
    } else {
        input.skip_value()?;
    }
    match input.marked().filter(|_| !fields.has_more) {
        Some(raw) => visitor.row(&Row { raw, fields, too_long: false }),
        None => {
            fields.places.clear();
            visitor.row(&Row { raw: b"{}", fields, too_long: true });
        }
    }
    input.unmark();
    Ok(())
}

fn read_members<R: Read>(input: &mut Input<R>, fields: &mut Fields) -> Result<(), WalkError> {
    input.expect(b'{')?;
    input.skip_space()?;
    if input.take_if(b'}')? {
        return Ok(());
    }
    loop {
        let name_from = input.since_mark() + 1;
        let has_escapes = input.skip_string()?;
        // A piece that grew too long is let go, and its places mean nothing.
        let name = name_from..input.since_mark().saturating_sub(1).max(name_from);
        input.skip_space()?;
        input.expect(b':')?;
        input.skip_space()?;
        let value_from = input.since_mark();
        input.skip_value()?;
        if fields.places.len() < MOST_MEMBERS {
            fields.places.push(Field { name, has_escapes, value: value_from..input.since_mark() });
        } else {
            fields.has_more = true;
        }
        input.skip_space()?;
        if input.take_if(b'}')? {
            return Ok(());
        }
        input.expect(b',')?;
        input.skip_space()?;
    }
}
