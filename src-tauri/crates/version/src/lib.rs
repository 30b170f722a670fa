//! Which build of NodeWarden Desk this is: one version for the window, `nwdesk` and the packages.

use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The version, from the workspace's `Cargo.toml`.
    pub version: &'static str,
    /// The commit, for an optimised build of a checkout.
    pub commit: Option<&'static str>,
    /// The date in UTC, as `2026-11-29`: of `SOURCE_DATE_EPOCH`, else of the commit.
    pub date: Option<String>,
}

impl Build {
    /// This build.
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("DESK_COMMIT"),
            date: option_env!("DESK_DATE").and_then(date),
        }
    }
}

/// `0.1.0 (1a2b3c4d5e6f, 2026-11-29)`
impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version)?;
        let details: Vec<&str> = self.commit.into_iter().chain(self.date.as_deref()).collect();
        if details.is_empty() { Ok(()) } else { write!(f, " ({})", details.join(", ")) }
    }
}

/// This build in one line.
pub static LINE: LazyLock<String> = LazyLock::new(|| Build::this().to_string());

/// The day of seconds since 1970.
fn date(seconds: &str) -> Option<String> {
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_names_only_what_is_known() {
        let build = |commit, date: Option<&str>| {
            Build { version: "0.1.0", commit, date: date.map(str::to_owned) }.to_string()
        };
        assert_eq!(build(Some("1a2b3c4d5e6f"), Some("2026-11-29")), "0.1.0 (1a2b3c4d5e6f, 2026-11-29)");
        assert_eq!(build(None, Some("2026-11-29")), "0.1.0 (2026-11-29)");
        assert_eq!(build(None, None), "0.1.0");
    }

    #[test]
    fn the_date_is_a_day_in_utc() {
        assert_eq!(date("1795996799"), Some("2026-11-29".into()));
        assert_eq!(date("1795996800"), Some("2026-11-30".into()));
        assert_eq!(date("yesterday"), None);
    }
}
