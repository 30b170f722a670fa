//! Text that goes to people and comes from them: what may be shown of outside text,
//! small text inputs in any encoding, counted nouns.

mod case;
mod count;
mod input;
mod shown;

pub use case::kebab_case;
pub use count::{Noun, count, duration, verb};
pub use input::{decode, read_bytes, read_line, read_text};
pub use shown::{is_unsafe, json, json_pretty, line, lines};
