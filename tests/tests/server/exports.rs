//! Complete exports: every attachment inside, whatever fails on the way.

#[path = "exports/completing.rs"]
mod completing;
#[path = "exports/faults.rs"]
mod faults;
#[path = "exports/limits.rs"]
mod limits;
#[path = "exports/making.rs"]
mod making;
#[path = "exports/resuming.rs"]
mod resuming;
#[path = "exports/sealed.rs"]
mod sealed;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use desk_core::Code;
use desk_core::app::OpenedSettings;
use desk_core::archive::{self, InspectOptions, Inspection, Kind, NameHash};
use desk_core::granted::AllGranted;
use desk_core::jobs::{
    self, ExportOf, ExportRequest, ExportResult, FreeSpace, JobRecord, JobResult, JobState, Missing,
    MissingCause, Outcome, RESERVE, RemoteZip, RestoreSource, Resume, SourceChoice, SourceKind,
};
use desk_core::limits::ImportLimit;
use desk_core::progress::{Silent, Update};
use desk_core::secrets::SecretField;
use desk_core::server::{AddressingStyle, Location, S3Place, WebdavPlace};
use desk_practice::{Contents, Practice, PracticeOptions, RateLimit, Sample};
use desk_tests::at_desk::{AtDesk, names_in};
use desk_tests::bucket::Bucket;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::between::Interception;
use crate::table::{Table, code};

const BLOB: &str = "/api/admin/backup/blob";
const EXPORT: &str = "/api/admin/backup/export";

fn options() -> PracticeOptions {
    PracticeOptions::quick().sample(Sample { ciphers: 24, attachments: 20, ..Sample::default() })
}

async fn run(table: &Table, work: ExportRequest) -> JobRecord {
    table.desk.desk.jobs().run(work, CancellationToken::new()).await.expect("its end is kept")
}

#[track_caller]
fn result(job: &JobRecord) -> ExportResult {
    match &job.result {
        Some(JobResult::Export(export)) => export.clone(),
        _ => panic!("no result: {job:?}"),
    }
}

async fn exported(table: &Table, work: ExportRequest) -> ExportResult {
    result(&run(table, work).await)
}

fn inspected(path: impl AsRef<Path>) -> Inspection {
    let never = CancellationToken::new();
    match archive::inspect(path.as_ref(), &InspectOptions::default(), &Silent, &never) {
        Ok(Outcome::Done(inspection)) => inspection,
        other => panic!("{other:?}"),
    }
}

/// The bodies of the server's own storage, by name.
fn stored(practice: &Practice) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for cipher in std::fs::read_dir(practice.bodies_folder()).expect("a folder") {
        for body in std::fs::read_dir(cipher.expect("an entry").path()).expect("a folder") {
            found.push(body.expect("an entry").path());
        }
    }
    found.sort();
    found
}

/// An index-only ZIP of what the server holds.
async fn index_of(table: &Table, folder: &Path) -> PathBuf {
    let made = table.backup().await;
    let Some(JobResult::Backup(backup)) = made.result else { panic!("{made:?}") };
    let from = table.practice.backups_folder().join(&backup.file_name);
    let to = folder.join(&backup.file_name);
    std::fs::copy(from, &to).expect("copied");
    to
}

fn blobs_asked(table: &Table) -> usize {
    table.between.seen().iter().filter(|asked| asked.ends_with(BLOB)).count()
}

/// Settings whose only target is `location`, with the ids of the server's.
pub async fn opened_at(table: &Table, location: Location) -> OpenedSettings {
    let mut settings = table.desk.desk.settings().backup_settings().await.expect("settings");
    settings.destinations.truncate(1);
    settings.destinations[0].location = location;
    table.desk.desk.opened().hold_settings(&settings).expect("held")
}

/// The practice instance's share, as this computer reaches it.
pub fn share(practice: &Practice) -> Location {
    let (user, password) = practice.webdav_credentials();
    Location::Webdav(WebdavPlace {
        base_url: practice.webdav_url(),
        username: user.into(),
        password: SecretField::new(password),
        remote_path: "nodewarden".into(),
    })
}

/// A bucket on this computer.
pub fn in_bucket(bucket: &Bucket) -> Location {
    Location::S3(S3Place {
        endpoint: format!("http://localhost:{}", bucket.address().port()),
        bucket: "backups".into(),
        addressing_style: AddressingStyle::PathStyle,
        region: "us-east-1".into(),
        access_key_id: "access".into(),
        secret_access_key: SecretField::new("secret key"),
        root_path: String::new(),
    })
}

fn directly(opened: &OpenedSettings) -> SourceChoice {
    SourceChoice::Target {
        handle: opened.handle.clone(),
        destination_id: opened.settings.destinations[0].id.clone(),
        http_accepted: false,
    }
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let to = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy_folder(&entry, &to);
        } else {
            std::fs::copy(&entry, &to).expect("copied");
        }
    }
}
