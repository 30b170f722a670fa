//! Both kinds of remote target and a plain folder, with the same content.

use desk_core::checks::SeenFiles;
use desk_core::clock::{Clock as _, SystemClock};
use desk_core::jobs::{
    self, Depth, DoctorResult, HealPlan, HealResult, HealSource, Outcome, VerifyResult, Watch,
};
use desk_core::secrets::SecretField;
use desk_core::server::{AddressingStyle, Location, S3Place};
use desk_core::targets::TargetFolder;
use desk_tests::bucket::Bucket;
use desk_tests::share::Share;

pub const HOST: &str = "s3.practice.test";

pub fn done<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        Outcome::Stopped | Outcome::Unknown(_) => panic!("it did not come to its end"),
    }
}

pub async fn doctor(folder: &TargetFolder) -> DoctorResult {
    done(jobs::doctor(folder, &Watch::silent()).await.expect("it can be looked at"))
}

pub async fn verify(folder: &TargetFolder, depth: Depth, seen: &dyn SeenFiles) -> VerifyResult {
    let now = SystemClock.now();
    done(jobs::verify(folder, depth, seen, now, &Watch::silent()).await.expect("it can be looked at"))
}

pub async fn heal(folder: &TargetFolder, sources: &[HealSource<'_>]) -> HealResult {
    heal_knowing(folder, sources, &desk_core::checks::Forgetful).await
}

pub async fn heal_knowing(
    folder: &TargetFolder,
    sources: &[HealSource<'_>],
    seen: &dyn SeenFiles,
) -> HealResult {
    let (now, plan) = (SystemClock.now(), plan(folder, sources).await.fingerprint);
    done(jobs::heal(folder, sources, &plan, seen, now, &Watch::silent()).await.expect("it can be looked at"))
}

pub async fn plan(folder: &TargetFolder, sources: &[HealSource<'_>]) -> HealPlan {
    done(jobs::plan_heal(folder, sources, &Watch::silent()).await.expect("it can be looked at"))
}

pub fn at_share(share: &Share) -> TargetFolder {
    TargetFolder::open(&share.location(), &"secret".into(), false).expect("settings")
}

/// A bucket and its folder reached with path style.
pub async fn bucket() -> (Bucket, TargetFolder) {
    let bucket = Bucket::start(HOST, "backups", "key", "the secret key").await;
    let location = Location::S3(S3Place {
        endpoint: format!("http://{HOST}:{}", bucket.address().port()),
        bucket: "backups".into(),
        addressing_style: AddressingStyle::PathStyle,
        region: String::new(),
        access_key_id: "key".into(),
        secret_access_key: SecretField::Kept,
        root_path: "home".into(),
    });
    let client = reqwest::Client::builder().resolve(HOST, bucket.address()).build().expect("a client");
    let folder = TargetFolder::open_through(&location, &"the secret key".into(), client).expect("settings");
    (bucket, folder)
}
