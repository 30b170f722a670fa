//! Reads `manifest.json` and `db.json` of any size in one pass and bounded
//! memory. It takes exactly the texts that the server's `JSON.parse` takes,
//! which no common parser does: nesting of any depth, numbers of any size,
//! halves of surrogate pairs, a BOM and bytes that are not UTF-8.

mod input;
mod row;
mod utf8;
mod value;

use std::io::{self, Read};

use input::Input;
pub use row::{Fields, Row};
pub use value::{LARGEST_SIZE, Value, js_trim};

/// A row or text longer than this is skipped: longer than all that the server
/// takes.
const LONGEST_PIECE: usize = 32 * 1024 * 1024;
/// A name of a member of the top object longer than this is cut, in bytes.
const LONGEST_KEY: usize = 4096;

/// Receives the parts of a text whose top level is an object.
pub trait Visitor {
    /// A member of the top object begins; `false` passes over it.
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool;

    /// One element of a wanted array, or a wanted object itself.
    fn row(&mut self, row: &Row<'_>);
}

/// What a member of the top object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member<'a> {
    /// An array: its elements follow, if wanted.
    Array,
    /// An object: it follows as one row, if wanted.
    Object,
    /// Anything else.
    Plain(Value<'a>),
}

/// What a text is as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Its top is an object.
    pub is_object: bool,
    /// It begins with a byte order mark.
    pub bom: bool,
    /// It is UTF-8 throughout.
    pub utf8: bool,
}

/// Why a text could not be read.
#[derive(Debug)]
pub enum WalkError {
    /// It is not JSON from this byte on.
    NotJson(u64),
    /// Its bytes could not be read.
    Io(io::Error),
}

impl From<io::Error> for WalkError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a whole JSON text and passes `visitor` what is in it. Nothing passed on is
/// certain before the end: the text may turn out not to be JSON.
pub fn walk(source: impl Read, visitor: &mut impl Visitor) -> Result<Walked, WalkError> {
    let mut input = Input::new(source);
    let bom = input.skip_bom()?;
    input.skip_space()?;
    let is_object = input.peek()? == Some(b'{');
    if is_object {
        walk_object(&mut input, visitor)?;
    } else {
        input.skip_value()?;
    }
    input.skip_space()?;
    match input.peek()? {
        None => Ok(Walked { is_object, bom, utf8: input.is_utf8() }),
        Some(_) => Err(input.not_json()),
    }
}

fn walk_object<R: Read>(input: &mut Input<R>, visitor: &mut impl Visitor) -> Result<(), WalkError> {
    let mut fields = Fields::default();
    input.expect(b'{')?;
    input.skip_space()?;
    if input.take_if(b'}')? {
        return Ok(());
    }
    loop {
        input.mark();
        input.skip_string()?;
        let key = key_of(input.marked().unwrap_or(b"\"\""));
        input.unmark();
        input.skip_space()?;
        input.expect(b':')?;
        input.skip_space()?;
        walk_member(input, &key, visitor, &mut fields)?;
        input.skip_space()?;
        if input.take_if(b'}')? {
            return Ok(());
        }
        input.expect(b',')?;
        input.skip_space()?;
    }
}

/// The name of a member. No name that matters is long, so of a longer one the
/// beginning is kept.
fn key_of(raw: &[u8]) -> String {
    let inside = raw.get(1..raw.len() - 1).unwrap_or_default();
    value::unescape(&inside[..inside.len().min(LONGEST_KEY)]).into_owned()
}

fn walk_member<R: Read>(
    input: &mut Input<R>,
    key: &str,
    visitor: &mut impl Visitor,
    fields: &mut Fields,
) -> Result<(), WalkError> {
    match input.peek()? {
        Some(b'[') => {
            if !visitor.begin(key, Member::Array) {
                return input.skip_value();
            }
            input.expect(b'[')?;
            input.skip_space()?;
            if input.take_if(b']')? {
                return Ok(());
            }
            loop {
                row::read(input, fields, visitor)?;
                input.skip_space()?;
                if input.take_if(b']')? {
                    return Ok(());
                }
                input.expect(b',')?;
                input.skip_space()?;
            }
        }
        Some(b'{') => {
            if visitor.begin(key, Member::Object) {
                row::read(input, fields, visitor)
            } else {
                input.skip_value()
            }
        }
        _ => {
            input.mark();
            input.skip_value()?;
            let value = input.marked().map_or(Value::Null, Value::new);
            visitor.begin(key, Member::Plain(value));
            input.unmark();
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
