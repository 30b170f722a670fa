//! The places that are searched for copies of attachments.

use std::path::PathBuf;

use desk_core::app::Desk;
use desk_core::jobs::SourceChoice;

use super::opened_target;
use crate::connection::Connection;
use crate::exit::Ended;

/// Where copies are looked for, besides the ZIPs that this computer knows.
#[derive(clap::Args)]
pub struct CopyPlaces {
    /// Also look for copies on a target (ID or name); requires --settings.
    #[arg(long, value_name = "ID", requires = "settings")]
    from_target: Vec<String>,
    /// Backup that contains the target's settings. They are opened with --email and that
    /// administrator's master password.
    #[arg(long, value_name = "FILE.zip", requires = "from_target")]
    settings: Option<PathBuf>,
    /// Accept plain http to the targets. This exposes their logins to the network.
    #[arg(long, requires = "from_target")]
    target_over_http: bool,
    /// Look for copies in a folder with the layout of a target.
    #[arg(long, value_name = "DIR")]
    from_folder: Vec<PathBuf>,
    /// Look for copies in this ZIP.
    #[arg(long, value_name = "FILE")]
    from_zip: Vec<PathBuf>,
}

impl CopyPlaces {
    /// At least one place is named.
    pub fn are_named(&self) -> bool {
        !(self.from_target.is_empty() && self.from_folder.is_empty() && self.from_zip.is_empty())
    }

    /// The places; targets are opened with the settings of a backup.
    pub async fn opened(&self, desk: &Desk, connection: &Connection) -> Ended<Vec<SourceChoice>> {
        let zips = self.from_zip.iter().map(|zip| SourceChoice::Zip { zip: zip.into() });
        let folders = self.from_folder.iter().map(|folder| SourceChoice::Folder { folder: folder.into() });
        let mut places: Vec<_> = zips.chain(folders).collect();
        if let Some(settings) = &self.settings {
            let (email, password) = connection.account()?;
            let opened = opened_target::open(desk, settings, &email, &password).await?;
            for named in &self.from_target {
                places.push(SourceChoice::Target {
                    handle: opened.handle.clone(),
                    destination_id: opened_target::named(&opened, named)?.id.clone(),
                    http_accepted: self.target_over_http,
                });
            }
        }
        Ok(places)
    }
}
