//! Numbers with their nouns, in English, and durations.

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is its own word")]
pub enum Noun {
    Account,
    Administrator,
    VaultItem,
    Folder,
    Attachment,
    Body,
    Byte,
    Entry,
    File,
    Row,
    Backup,
    SafetyCopy,
    Target,
    Problem,
    Level,
    KdfRound,
    Lane,
    Second,
    Minute,
    Hour,
    Day,
}

impl Noun {
    /// Every noun.
    pub const ALL: [Self; 21] = [
        Self::Account,
        Self::Administrator,
        Self::VaultItem,
        Self::Folder,
        Self::Attachment,
        Self::Body,
        Self::Byte,
        Self::Entry,
        Self::File,
        Self::Row,
        Self::Backup,
        Self::SafetyCopy,
        Self::Target,
        Self::Problem,
        Self::Level,
        Self::KdfRound,
        Self::Lane,
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
    ];

    /// One of it, and several.
    fn forms(self) -> (&'static str, &'static str) {
        match self {
            Self::Account => ("account", "accounts"),
            Self::Administrator => ("administrator", "administrators"),
            Self::VaultItem => ("vault item", "vault items"),
            Self::Folder => ("folder", "folders"),
            Self::Attachment => ("attachment", "attachments"),
            Self::Body => ("body", "bodies"),
            Self::Byte => ("byte", "bytes"),
            Self::Entry => ("entry", "entries"),
            Self::File => ("file", "files"),
            Self::Row => ("row", "rows"),
            Self::Backup => ("backup", "backups"),
            Self::SafetyCopy => ("safety copy", "safety copies"),
            Self::Target => ("target", "targets"),
            Self::Problem => ("problem", "problems"),
            Self::Level => ("level", "levels"),
            Self::KdfRound => ("round", "rounds"),
            Self::Lane => ("lane", "lanes"),
            Self::Second => ("second", "seconds"),
            Self::Minute => ("minute", "minutes"),
            Self::Hour => ("hour", "hours"),
            Self::Day => ("day", "days"),
        }
    }
}

/// "1 account", "2 accounts", "0 accounts".
pub fn count(number: impl TryInto<u64>, noun: Noun) -> String {
    // No machine has a usize that a u64 does not hold.
    let number = number.try_into().unwrap_or(u64::MAX);
    let (one, several) = noun.forms();
    format!("{number} {}", if number == 1 { one } else { several })
}

/// The verb that belongs to a number of things.
pub fn verb<'a>(number: impl TryInto<u64>, one: &'a str, several: &'a str) -> &'a str {
    if matches!(number.try_into(), Ok(1)) { one } else { several }
}

/// A length of time for people: "45 seconds", "2 minutes", "1 hour 5 minutes".
pub fn duration(seconds: u64) -> String {
    let (large, small) = match seconds {
        0..=119 => return count(seconds, Noun::Second),
        120..=3_599 => ((seconds / 60, Noun::Minute), (seconds % 60, Noun::Second)),
        3_600..=86_399 => ((seconds / 3_600, Noun::Hour), (seconds % 3_600 / 60, Noun::Minute)),
        _ => ((seconds / 86_400, Noun::Day), (seconds % 86_400 / 3_600, Noun::Hour)),
    };
    let large = count(large.0, large.1);
    if small.0 == 0 { large } else { format!("{large} {}", count(small.0, small.1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_anything_is_singular_and_none_or_two_are_plural() {
        for noun in Noun::ALL {
            let (one, several) = noun.forms();
            assert_ne!(one, several);
            assert_eq!(count(0_u32, noun), format!("0 {several}"));
            assert_eq!(count(1_u64, noun), format!("1 {one}"));
            assert_eq!(count(2_usize, noun), format!("2 {several}"));
        }
    }

    #[test]
    fn an_hour_is_called_an_hour() {
        let shown = [1, 45, 120, 200, 3_600, 3_900, 86_400, 90_000].map(duration);
        assert_eq!(
            shown,
            [
                "1 second",
                "45 seconds",
                "2 minutes",
                "3 minutes 20 seconds",
                "1 hour",
                "1 hour 5 minutes",
                "1 day",
                "1 day 1 hour"
            ]
        );
    }
}
