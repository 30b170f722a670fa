//! Files written to a target: under a temporary name first where the target can rename, read back,
//! and only then under their own name.

use std::time::Duration;

use super::spool::{Spooled, received};
use super::{Access, TargetFolder, failure};
use crate::error::TargetDetail;
use crate::{Code, Result};

/// How much is handed on at a time.
const PIECE: usize = 4 << 20;
/// How long a target may take until it lists a file that was just written: 0.2, 0.4, … seconds.
const LOOKS: u32 = 5;

impl TargetFolder {
    /// Writes a file and reads it back. Under its name there is the whole file or nothing new:
    /// a share gets it under a temporary name and renames it; a bucket and a folder replace
    /// files in one step.
    ///
    /// # Errors
    /// `TargetFailed` with the value `reason` = "target-full", "target-read-only" or "not-kept",
    /// and what the target fails with.
    pub async fn write(&self, path: &str, content: &mut Spooled) -> Result<()> {
        match &self.access {
            Access::Folder(folder) => {
                let mut file = folder.write(path)?;
                content.rewind()?;
                while let Some(piece) = content.piece(PIECE)? {
                    file.write(&piece)?;
                }
                file.finish()?;
                self.read_back(path, content).await
            }
            Access::S3(operator) => {
                self.put(operator, path, content).await?;
                self.read_back(path, content).await
            }
            Access::Webdav { operator, .. } => {
                let temporary = temporary(path);
                let written = async {
                    self.put(operator, &temporary, content).await?;
                    self.read_back(&temporary, content).await
                };
                if let Err(error) = written.await {
                    // Only what was just uploaded; what stays is met again under the same name.
                    let _ = operator.delete(&temporary).await;
                    return Err(error);
                }
                if let Err(refused) = operator.rename(&temporary, path).await {
                    tracing::info!(error = %refused.kind(), "the target does not rename; the file is uploaded under its name");
                    let _ = operator.delete(&temporary).await;
                    self.put(operator, path, content).await?;
                }
                self.read_back(path, content).await
            }
        }
    }

    /// Gives a file another name, or copies it where the target cannot rename: what has its name
    /// next does not take it away.
    ///
    /// # Errors
    /// What the target fails with; the file then still has its name.
    pub async fn keep_beside(&self, path: &str, beside: &str) -> Result<()> {
        match &self.access {
            Access::Folder(folder) => folder.rename(path, beside),
            Access::S3(operator) => {
                operator.copy(path, beside).await.map(drop).map_err(|error| failure::writing(path, &error))
            }
            Access::Webdav { operator, .. } => {
                operator.rename(path, beside).await.map(drop).map_err(|error| failure::writing(path, &error))
            }
        }
    }

    async fn put(&self, operator: &opendal::Operator, path: &str, content: &mut Spooled) -> Result<()> {
        let failed = |error: &opendal::Error| failure::writing(path, error);
        let mut writer = operator.writer(path).await.map_err(|error| failed(&error))?;
        content.rewind()?;
        while let Some(piece) = content.piece(PIECE)? {
            writer.write(piece).await.map_err(|error| failed(&error))?;
        }
        writer.close().await.map(drop).map_err(|error| failed(&error))
    }

    /// The target returns what was written. A storage that takes its time is asked again.
    async fn read_back(&self, path: &str, content: &Spooled) -> Result<()> {
        let mut look = 1;
        loop {
            let back = async {
                let incoming = self.read(path, None).await?;
                received(incoming, Some(content.bytes()), |_| Ok(())).await
            };
            let error = match back.await {
                Ok(back) if back.sha256 == content.sha256() => return Ok(()),
                Ok(_) => failure::not_kept(path),
                Err(error) if error.code() == Code::BackupNotFound => failure::not_kept(path),
                Err(error) if error.is(TargetDetail::StorageSizeDiffers) => failure::not_kept(path),
                Err(error) => error,
            };
            if look == LOOKS {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(200) * look).await;
            look += 1;
        }
    }
}

/// The name of a file that is being uploaded. It is hidden, so that no listing takes it for a body.
fn temporary(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}.{name}.uploading")
}
