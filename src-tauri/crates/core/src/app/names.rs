//! What a backup's name contains (PROTOCOL section 3).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// When a backup was made, from its name: the time there is in the target's zone.
pub(super) fn made_at(name: &str, timezone: &str) -> Option<Timestamp> {
    let stamp = name.strip_prefix("nodewarden_backup_")?.get(..15)?;
    let local = DateTime::strptime("%Y%m%d_%H%M%S", stamp).ok()?;
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    Some(local.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_a_name_is_in_the_targets_zone() {
        let name = "nodewarden_backup_20261123_032629_3cb70.zip";
        let at = |zone| made_at(name, zone).map(|at| at.to_string());
        assert_eq!(at("Asia/Shanghai").as_deref(), Some("2026-11-22T19:26:29Z"));
        assert_eq!(at("UTC").as_deref(), Some("2026-11-23T03:26:29Z"));
        assert_eq!(at("Nowhere/Land").as_deref(), Some("2026-11-23T03:26:29Z"));
    }

    #[test]
    fn other_file_names_contain_no_time() {
        for name in [
            "renamed-backup.zip",
            "nodewarden_backup_.zip",
            "nodewarden_backup_99999999_999999_a.zip",
            "nodewarden_backup_2026112ä_03.zip",
        ] {
            assert_eq!(made_at(name, "UTC"), None, "{name}");
        }
    }
}
