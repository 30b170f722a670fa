//! What each fault does.

mod other_instance;

use std::fs;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use desk_core::error::PracticeDetail;
use desk_core::{Error, Result};
use serde_json::Value;

use crate::bodies::is_safe;
use crate::faults::{Fault, Side, Switches, TargetFault};
use crate::keepsake::fresh;
use crate::share;
use crate::state::Instance;

const ATTACHMENTS: &str = "attachments";
const INDEX: &str = ".nodewarden-attachment-index.v1.json";

impl Instance {
    /// Makes something go wrong, or puts it right.
    pub(crate) fn inject(&self, fault: &Fault) -> Result<()> {
        match fault {
            Fault::FlipBit { file } => flip_bit(&self.backup(file.as_deref())?),
            Fault::Truncate { file, keep } => truncate(&self.backup(file.as_deref())?, *keep),
            Fault::DeleteBodies { count, forget } => {
                let bodies = self.target_bodies()?;
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                bodies.iter().take(count).try_for_each(|blob_name| self.delete_body(blob_name, *forget))
            }
            Fault::DeleteBody { blob_name, forget } => self.delete_body(blob_name, *forget),
            Fault::DeleteIndex => gone(&self.attachments_folder().join(INDEX), |path| fs::remove_file(path)),
            Fault::DeleteAttachmentsFolder => {
                gone(&self.attachments_folder(), |path| fs::remove_dir_all(path))
            }
            Fault::ChangeJwtSecret => {
                self.set_jwt_secret(Some(fresh().into()));
                Ok(())
            }
            Fault::ShortenJwtSecret => {
                self.set_jwt_secret(Some("too-short".into()));
                Ok(())
            }
            Fault::RemoveJwtSecret => {
                self.set_jwt_secret(None);
                Ok(())
            }
            Fault::TargetStatus { status } if !(400..=599).contains(status) => {
                Err(PracticeDetail::NotAFailureStatus { status: *status }.error())
            }
            Fault::TargetStatus { status } => {
                self.switch(|on| on.target = TargetFault::Status { status: *status })
            }
            Fault::TargetHangs => self.switch(|on| on.target = TargetFault::Hangs),
            Fault::TargetFailsAfter { requests } => {
                self.switch(|on| on.target = TargetFault::FailsAfter { requests: *requests })
            }
            Fault::TargetBlocksServer => self.switch(|on| on.target_blocks_server = true),
            Fault::SubrequestLimit { bodies } => self.switch(|on| on.subrequest_limit = Some(*bodies)),
            Fault::FillTarget => self.switch(|on| on.target = TargetFault::Full),
            Fault::Latency { side, milliseconds } => self.switch(|on| {
                let latency = Duration::from_millis(u64::from(*milliseconds));
                match side {
                    Side::Server => on.server_latency = latency,
                    Side::Target => on.target_latency = latency,
                }
            }),
            Fault::DropConnections { side } => self.switch(|on| match side {
                Side::Server => on.server_drops = true,
                Side::Target => on.target_drops = true,
            }),
            Fault::StopDuringRestore { restored } => {
                self.switch(|on| on.stops_once_restored = Some(*restored))
            }
            Fault::PartialRestore { result } => self.switch(|on| on.restore_answer = Some(*result)),
            Fault::RemoveWraps { keep } => self.remove_wraps(keep.as_deref()),
            Fault::RemovePortablePart => self.remove_portable_part(),
            Fault::RestoreOtherInstance { wrapped } => self.restore_other_instance(*wrapped),
            Fault::WeakDerivation { iterations } => {
                self.switch(|on| on.derivation_rounds = Some(*iterations))
            }
            Fault::RestoreNormal => {
                self.set_jwt_secret(Some(self.first_jwt_secret()));
                self.switch(|on| *on = Switches::default())
            }
        }
    }

    /// The folder inside the target where the backups are.
    pub(crate) fn backups_folder(&self) -> PathBuf {
        self.target_folder.join(share::FOLDER)
    }

    /// The backups on the target, oldest name first.
    pub(crate) fn backups(&self) -> Result<Vec<String>> {
        let mut names = entries(&self.backups_folder())?;
        names.retain(|name| name.ends_with(".zip"));
        Ok(names)
    }

    /// The blob names of the bodies on the target.
    pub(crate) fn target_bodies(&self) -> Result<Vec<String>> {
        let folder = self.attachments_folder();
        let mut bodies = Vec::new();
        for cipher in entries(&folder)?.iter().filter(|name| folder.join(name).is_dir()) {
            let attachments = entries(&folder.join(cipher))?;
            bodies.extend(attachments.iter().map(|attachment| format!("{cipher}/{attachment}")));
        }
        Ok(bodies)
    }

    fn switch(&self, change: impl FnOnce(&mut Switches)) -> Result<()> {
        self.faults.change(change);
        Ok(())
    }

    fn attachments_folder(&self) -> PathBuf {
        self.backups_folder().join(ATTACHMENTS)
    }

    fn backup(&self, file: Option<&str>) -> Result<PathBuf> {
        let name = match file {
            Some(file) if file.split('/').all(|part| !matches!(part, "" | "." | "..")) => file.to_owned(),
            Some(file) => return Err(no_such_file(file)),
            None => self.backups()?.pop().ok_or_else(|| no_such_file("nodewarden_backup_*.zip"))?,
        };
        Ok(self.backups_folder().join(name))
    }

    fn delete_body(&self, blob_name: &str, forget: bool) -> Result<()> {
        let safe = blob_name.split_once('/').is_some_and(|(cipher, id)| is_safe(cipher) && is_safe(id));
        if !safe {
            return Err(no_such_file(blob_name));
        }
        gone(&self.attachments_folder().join(blob_name), |path| fs::remove_file(path))?;
        if forget { self.forget(blob_name) } else { Ok(()) }
    }

    fn forget(&self, blob_name: &str) -> Result<()> {
        let path = self.attachments_folder().join(INDEX);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::file(&path, &error)),
        };
        let mut index: Value = serde_json::from_slice(&text).unwrap_or_default();
        if let Some(blobs) = index.get_mut("blobs").and_then(Value::as_object_mut) {
            blobs.remove(blob_name);
        }
        fs::write(&path, index.to_string()).map_err(|error| Error::file(&path, &error))
    }
}

fn flip_bit(path: &Path) -> Result<()> {
    let flip = || {
        let mut file = fs::OpenOptions::new().read(true).write(true).open(path)?;
        let middle = SeekFrom::Start(file.metadata()?.len() / 2);
        let mut byte = [0];
        file.seek(middle)?;
        file.read_exact(&mut byte)?;
        file.seek(middle)?;
        file.write_all(&[byte[0] ^ 0b0000_0100])
    };
    flip().map_err(|error| Error::file(path, &error))
}

fn truncate(path: &Path, keep: Option<u32>) -> Result<()> {
    let cut = || {
        let file = fs::OpenOptions::new().write(true).open(path)?;
        let length = file.metadata()?.len();
        file.set_len(keep.map_or(length / 2, |keep| u64::from(keep).min(length)))
    };
    cut().map_err(|error| Error::file(path, &error))
}

/// Removes what may be gone already.
fn gone(path: &Path, remove: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    match remove(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file(path, &error)),
        _ => Ok(()),
    }
}

/// The names in a folder, sorted; none in one that is not there.
fn entries(folder: &Path) -> Result<Vec<String>> {
    let read = match fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(folder, &error)),
    };
    let mut names = Vec::new();
    for entry in read {
        let entry = entry.map_err(|error| Error::file(folder, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn no_such_file(name: &str) -> Error {
    PracticeDetail::NotOnPracticeTarget { path: name.to_owned() }.error()
}
