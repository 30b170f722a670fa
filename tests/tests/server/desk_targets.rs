//! Backups made by this computer: whole whatever fails on the way, and good for every server.

#[path = "desk_targets/faults.rs"]
mod faults;
#[path = "desk_targets/making.rs"]
mod making;
#[path = "desk_targets/schedule.rs"]
mod schedule;

use std::path::{Path, PathBuf};

use desk_core::desk_targets::{DeskPlaceForm, DeskSchedule, DeskTarget, DeskTargetForm};
use desk_core::granted::AllGranted;
use desk_core::jobs::{
    self, DeskBackupJob, DeskBackupResult, DoctorResult, JobRecord, JobResult, Outcome, Watch,
};
use desk_core::places::{AddressingStyle, S3Place, WebdavPlace};
use desk_core::secrets::SecretField;
use desk_core::targets::TargetFolder;
use desk_practice::{PracticeOptions, Sample};
use desk_tests::bucket::Bucket;
use desk_tests::share::Share;

use crate::table::Table;

const BLOB: &str = "/api/admin/backup/blob";
const EXPORT: &str = "/api/admin/backup/export";

fn options() -> PracticeOptions {
    PracticeOptions::quick().sample(Sample { ciphers: 24, attachments: 20, ..Sample::default() })
}

fn form(name: &str, place: DeskPlaceForm) -> DeskTargetForm {
    DeskTargetForm {
        id: None,
        name: name.into(),
        place,
        attachments: true,
        schedule: DeskSchedule::Off,
        retention: None,
        http_accepted: false,
        ca_file: None,
    }
}

fn in_folder(folder: &Path) -> DeskPlaceForm {
    DeskPlaceForm::Folder { path: folder.into() }
}

fn on_share(share: &Share) -> DeskPlaceForm {
    DeskPlaceForm::Webdav(WebdavPlace {
        base_url: share.url(),
        username: "me".into(),
        password: SecretField::new("the share's password"),
        remote_path: String::new(),
    })
}

fn in_bucket(bucket: &Bucket) -> DeskPlaceForm {
    DeskPlaceForm::S3(S3Place {
        endpoint: format!("http://localhost:{}", bucket.address().port()),
        bucket: "backups".into(),
        addressing_style: AddressingStyle::PathStyle,
        region: "us-east-1".into(),
        access_key_id: "access".into(),
        secret_access_key: SecretField::new("secret key"),
        root_path: String::new(),
    })
}

async fn add(table: &Table, form: DeskTargetForm) -> DeskTarget {
    let profile = table.session().profile.id.clone();
    table.desk.desk.desk_targets().save(form, &profile, &AllGranted).await.expect("saved")
}

/// A table, and a folder that is a desk target of its server.
async fn with_folder() -> (Table, PathBuf, DeskTarget) {
    let table = Table::with(options()).await;
    let folder = table.desk.folder.path().join("stick");
    std::fs::create_dir(&folder).expect("made");
    let target = add(&table, form("Stick", in_folder(&folder))).await;
    (table, folder, target)
}

async fn run(table: &Table, target: &DeskTarget) -> JobRecord {
    table.desk.run(DeskBackupJob::to(target.id.clone())).await
}

#[track_caller]
fn result(job: &JobRecord) -> DeskBackupResult {
    match &job.result {
        Some(JobResult::DeskBackup(made)) => made.clone(),
        _ => panic!("no result: {job:?}"),
    }
}

async fn doctor(folder: &Path) -> DoctorResult {
    let folder = TargetFolder::local(folder).expect("a folder");
    match jobs::doctor(&folder, &Watch::silent()).await.expect("it can be looked at") {
        Outcome::Done(found) => found,
        other => panic!("{other:?}"),
    }
}

/// The ZIPs in a folder.
fn zips(folder: &Path) -> Vec<String> {
    let mut names = desk_tests::at_desk::names_in(folder);
    names.retain(|name| name.ends_with(".zip"));
    names
}

/// The bodies in a folder, those under hidden or other names too.
fn bodies(folder: &Path) -> Vec<String> {
    let attachments = folder.join("attachments");
    let mut found = Vec::new();
    for cipher in desk_tests::at_desk::names_in(&attachments) {
        for body in desk_tests::at_desk::names_in(&attachments.join(&cipher)) {
            found.push(format!("{cipher}/{body}"));
        }
    }
    found
}

/// Waits until the next backup has another name than this one: names have seconds.
async fn next_second(name: &str) {
    let of_name = name.get(18..33).expect("a time").to_owned();
    while jiff::Timestamp::now().strftime("%Y%m%d_%H%M%S").to_string() <= of_name {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn asked(table: &Table, path: &str) -> usize {
    table.between.seen().iter().filter(|asked| asked.ends_with(path)).count()
}
