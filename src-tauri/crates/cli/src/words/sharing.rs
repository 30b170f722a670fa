//! Folders that two servers use, in words.

use desk_core::health::BackupOrigin;
use desk_core::jobs::BroughtTargets;
use desk_core::places::Overlap;
use desk_core::targets::{SharedEvidence, SharedPlace};
use desk_core::text::{Noun, count};

use super::plain;

/// Targets whose folder another server uses too, a line each; nothing without any.
pub fn shared(places: &[SharedPlace]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    for place in places {
        let how = match &place.evidence {
            SharedEvidence::Place { target_name, overlap, another_user, .. } => {
                let how = match overlap {
                    Overlap::Same => "uses the same folder as",
                    Overlap::Inside => "is inside the folder of",
                    Overlap::Around => "contains the folder of",
                };
                let user = if *another_user { " (with another user name)" } else { "" };
                format!("{how} {} on {}{user}", plain(target_name), plain(&place.server_name))
            }
            SharedEvidence::Backups { count: number, newest } => format!(
                "contains {} of {}, the newest {}",
                count(*number, Noun::Backup),
                plain(&place.server_name),
                plain(newest)
            ),
        };
        text.push_str(&format!(
            "WARNING: {} ({}) {how}\n",
            plain(&place.destination_name),
            plain(&place.place)
        ));
    }
    text.push_str(
        "Two servers use one folder: the retention of each can delete the other's backups. Use a separate \
         folder for each server.\n",
    );
    text
}

/// Targets that a restore brings along from another server.
pub fn brought(brought: &BroughtTargets) -> String {
    let server = brought.server_name.as_deref().map_or_else(|| "another server".to_owned(), plain);
    let places: Vec<String> = brought.places.iter().map(|place| plain(place)).collect();
    let places = if places.is_empty() { String::new() } else { format!(": {}", places.join(", ")) };
    format!(
        "WARNING: The targets of {server} are restored with this backup{places}. While both servers run, both \
         write to the same folders, and the retention of each can delete the other's backups. Change the \
         folders of the restored server before you repair its settings."
    )
}

/// Where a backup comes from, at the end of its line in a list.
pub fn origin(origin: Option<&BackupOrigin>) -> String {
    match origin {
        None | Some(BackupOrigin::ThisServer) => String::new(),
        Some(BackupOrigin::OtherServer { name }) => format!("  made by {}", plain(name)),
        Some(BackupOrigin::NotKnown) => "  made by an unknown server".to_owned(),
    }
}
