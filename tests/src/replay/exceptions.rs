//! What may differ between a recording and the practice instance, read from the
//! one table that says so.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

/// In which way two values may differ. Their shape never may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Both are times, or both are dates.
    Time,
    /// Both are opaque texts.
    Token,
    /// Both are UUIDs.
    Id,
    /// Both are the same but for the time and the hash in a backup's name.
    Name,
    /// Both are numbers above zero.
    Size,
    /// Both are the same but for a number of seconds.
    Seconds,
    /// Both are hexadecimal hashes of the same length.
    Hash,
    /// Both are JSON texts with the same fields.
    Facts,
}

/// One row of the table.
#[derive(Debug)]
struct Exception {
    transcripts: Vec<String>,
    fields: Vec<String>,
    kind: Kind,
}

/// The table.
#[derive(Debug)]
pub struct Exceptions {
    rows: Vec<Exception>,
    used: RefCell<BTreeSet<(usize, String)>>,
}

impl Exceptions {
    /// Reads the table below the heading "Exceptions" of a Markdown page: the
    /// columns are recordings, fields, kind and reason.
    pub fn read(markdown: &str) -> Self {
        let (_, section) = markdown.split_once("## Exceptions").expect("the page has this section");
        let lines = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
        let rows = lines.take_while(|line| line.starts_with('|')).map(Exception::parse).collect();
        Self { rows, used: RefCell::default() }
    }

    /// The kind of exception that holds for this field and these values, if any does.
    pub fn allow(&self, transcript: &str, field: &str, recorded: &Value, answered: &Value) -> Option<Kind> {
        let place = self
            .rows
            .iter()
            .position(|row| row.concerns(transcript, field) && row.kind.holds(recorded, answered))?;
        self.used.borrow_mut().insert((place, field.to_owned()));
        Some(self.rows[place].kind)
    }

    /// Fields that the table names without need.
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(place, row)| row.fields.iter().map(move |field| (place, row, field)))
            .filter(|(place, _, field)| !used.contains(&(*place, (*field).clone())))
            .map(|(_, row, field)| format!("{field} ({})", row.transcripts.join(", ")))
            .collect()
    }
}

impl Exception {
    fn parse(line: &str) -> Self {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [transcripts, fields, kind, reason] = cells[..] else { panic!("not four columns: {line}") };
        assert!(!reason.is_empty(), "an exception without a reason: {line}");
        let list =
            |cell: &str| cell.split(',').map(|part| part.trim().trim_matches('`').to_owned()).collect();
        Self { transcripts: list(transcripts), fields: list(fields), kind: Kind::named(kind) }
    }

    fn concerns(&self, transcript: &str, field: &str) -> bool {
        let listed = self.transcripts.iter().any(|name| name == "all" || name == transcript);
        listed && self.fields.iter().any(|name| name == field)
    }
}

impl Kind {
    fn named(name: &str) -> Self {
        match name {
            "time" => Self::Time,
            "token" => Self::Token,
            "id" => Self::Id,
            "name" => Self::Name,
            "size" => Self::Size,
            "seconds" => Self::Seconds,
            "hash" => Self::Hash,
            "facts" => Self::Facts,
            other => panic!("an unknown kind of exception: {other}"),
        }
    }

    fn holds(self, recorded: &Value, answered: &Value) -> bool {
        let both = |good: &dyn Fn(&str) -> bool| match (recorded.as_str(), answered.as_str()) {
            (Some(recorded), Some(answered)) => good(recorded) && good(answered),
            _ => false,
        };
        let same = |mask: &dyn Fn(&str) -> String| match (recorded.as_str(), answered.as_str()) {
            (Some(recorded), Some(answered)) => mask(recorded) == mask(answered),
            _ => false,
        };
        match self {
            Self::Time => {
                both(&|text| text.parse::<Timestamp>().is_ok())
                    || both(&|text| text.len() == 10 && text.parse::<Date>().is_ok())
            }
            Self::Token => both(&|text| text.len() >= 20),
            Self::Id => both(&|text| Uuid::parse_str(text).is_ok()),
            Self::Name => same(&without_time_and_hash),
            Self::Size => [recorded, answered].iter().all(|value| number(value).is_some_and(|n| n > 0)),
            Self::Seconds => same(&without_digits),
            Self::Hash => {
                both(&|text| text.chars().all(|c| c.is_ascii_hexdigit()))
                    && recorded.as_str().map(str::len) == answered.as_str().map(str::len)
            }
            Self::Facts => fields_of(recorded).is_some_and(|fields| Some(fields) == fields_of(answered)),
        }
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn fields_of(value: &Value) -> Option<BTreeSet<String>> {
    let facts: Value = serde_json::from_str(value.as_str()?).ok()?;
    Some(facts.as_object()?.keys().cloned().collect())
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// `nodewarden_backup_20261123_032629_3cb70.zip` → `nodewarden_backup_.zip`
fn without_time_and_hash(text: &str) -> String {
    const STEM: &str = "nodewarden_backup_";
    const SHAPE: &str = "99999999_999999_fffff";
    let Some((before, rest)) = text.split_once(STEM) else { return text.to_owned() };
    let Some((stamp, after)) = rest.split_at_checked(SHAPE.len()) else { return text.to_owned() };
    let fits = stamp.chars().zip(SHAPE.chars()).all(|(c, shape)| match shape {
        '9' => c.is_ascii_digit(),
        'f' => c.is_ascii_hexdigit(),
        _ => c == shape,
    });
    if fits { format!("{before}{STEM}{after}") } else { text.to_owned() }
}
