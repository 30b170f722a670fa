//! `nwdesk practice --demo`: the whole main job, against two practice instances.
//!
//! A server on R2 backs up to WebDAV with attachments; the backup is verified in
//! full, downloaded and inspected; one body disappears from the target; a second,
//! empty server on KV restores from the same target. What it must leave out is
//! known beforehand: the body that is gone, and the one that is too large for KV.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use desk_core::app::{Desk, SignInForm, SignInResult};
use desk_core::archive::{self, Attachment, InspectOptions, KV_LARGEST_BODY, Storage};
use desk_core::checks::IntegrityLevel;
use desk_core::clock::SystemClock;
use desk_core::error::PracticeDetail;
use desk_core::jobs::{
    BackupJob, DownloadJob, IfThere, IntegrityJob, JobResult, Outcome, RestoreResult, RestoreSource,
    SafetyCopyChoice, SkippedAttachment, Watch,
};
use desk_core::progress::Silent;
use desk_core::secrets::InMemory;
use desk_practice::{Contents, Fault, Practice, PracticeOptions, Sample};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::bars;
use crate::commands::ended;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::waiting;
use crate::words;

/// The data of the demonstration: large enough that something has to be left out.
pub const SAMPLE: Sample = Sample {
    ciphers: 400,
    folders: 12,
    attachments: 60,
    largest_attachment: 26 << 20,
    all_largest: false,
    members: 3,
    seed: 1,
};

pub async fn run(sample: &Sample, output: Output) -> Ended {
    let mut demo = Demo { steps: Vec::new(), output, stop: Stop::listen() };
    let played = demo.play(sample).await;
    let skipped = played.as_ref().ok().map(skipped);
    let text = match &played {
        Ok(restored) => format!(
            "\nSkipped by the second server: {}\n{}\
             Nothing else was skipped: one attachment was deleted from the target, and KV has a limit of 25 MiB.\n\
             The main job works on this computer, from end to end.",
            restored.skipped_reason.as_deref().unwrap_or_default(),
            words::skipped(&restored.skipped)
        ),
        Err(_) => String::new(),
    };
    let value = json!({"steps": demo.steps, "skipped": skipped});
    match played {
        Ok(_) => {
            output.result(&value, &text);
            Ok(Exit::Good)
        }
        Err(Failure::Told { error, exit }) if output.is_json() => {
            let value = json!({"steps": demo.steps, "skipped": null, "error": error});
            output.result(&value, "");
            Ok(exit)
        }
        Err(failure) => Err(failure),
    }
}

struct Demo {
    steps: Vec<Value>,
    output: Output,
    stop: Stop,
}

/// One practice server with a desk signed in to it.
struct Place {
    practice: Practice,
    desk: Arc<Desk>,
}

impl Demo {
    async fn play(&mut self, sample: &Sample) -> Ended<RestoreResult> {
        let folder = tempfile::tempdir()?;
        let first = PracticeOptions::default().sample(sample.clone());
        let first =
            self.step("start a practice server on R2", begin(first, folder.path(), self.output)).await?;
        let second = PracticeOptions {
            shared_target: Some(first.practice.target_folder().to_owned()),
            contents: Contents::Administrator,
            storage: Storage::Kv,
            ..PracticeOptions::default()
        };
        let second =
            self.step("start a second, empty one on KV", begin(second, folder.path(), self.output)).await?;
        self.step("sign in to both", async {
            sign_in(&first).await?;
            sign_in(&second).await
        })
        .await?;

        let cancel = self.stop.token();
        let name = self.step("back up to WebDAV and verify in full", back_up(&first, &cancel)).await?;
        self.step("verify the hash in the name on the server", compare(&first, &name, &cancel)).await?;
        let zip = folder.path().join(&name);
        self.step("download", download(&first, &name, folder.path(), &cancel)).await?;
        let expected = self.step("inspect the download", inspect(&zip, sample)).await?;
        self.step("delete one attachment from the target", lose(&first, &expected.lost)).await?;
        let restored = self
            .step("restore from the target into the second server", restore(&second, &name, &cancel))
            .await?;
        self.step("check the skipped list", async { expected.compare(&restored) }).await?;
        self.step("stop both", async {
            first.practice.stop().await;
            second.practice.stop().await;
            Ok(())
        })
        .await?;
        Ok(restored)
    }

    /// Does a step, and says how it went.
    async fn step<T>(&mut self, name: &str, work: impl Future<Output = Ended<T>>) -> Ended<T> {
        let began = Instant::now();
        let done = waiting::during(name, self.stop.or(work)).await;
        let seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        self.steps.push(json!({"name": name, "ok": done.is_ok(), "seconds": seconds}));
        self.output.step(&format!("{} {name} ({seconds:.1} s)", if done.is_ok() { "✓" } else { "✗" }));
        done
    }
}

async fn begin(options: PracticeOptions, folder: &Path, output: Output) -> Ended<Place> {
    let practice = Practice::start(options).await?;
    let desk = Desk::unrecorded(folder, Arc::new(InMemory::new()), Arc::new(SystemClock))?;
    bars::show(desk.runner(), output, "the server");
    Ok(Place { practice, desk })
}

async fn sign_in(place: &Place) -> Ended<()> {
    let form = SignInForm {
        server_url: place.practice.server_url().to_owned(),
        email: place.practice.admin_email().to_owned(),
        password: place.practice.admin_password(),
        two_step: None,
        accept_weaker_kdf: false,
    };
    match place.desk.sessions().sign_in(form).await? {
        SignInResult::Done(_) => Ok(()),
        SignInResult::TwoStepNeeded(_) => Err(unexpected("a two-step code was asked for")),
    }
}

async fn back_up(place: &Place, cancel: &CancellationToken) -> Ended<String> {
    let job = place.desk.jobs().run(BackupJob { target_id: None }, cancel.clone()).await?;
    let JobResult::Backup(made) = ended::result(job)? else { return Err(ended::without_result()) };
    match (&made.check, made.check_error) {
        (Some(check), _) if check.level == IntegrityLevel::Verified => Ok(made.file_name),
        (Some(check), _) => Err(unexpected(words::state(check.state))),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Err(Failure::Cancelled),
    }
}

async fn compare(place: &Place, name: &str, cancel: &CancellationToken) -> Ended<()> {
    let work = IntegrityJob { target_id: target(place).await?, path: name.to_owned(), deep: false };
    let job = place.desk.jobs().run(work, cancel.clone()).await?;
    let JobResult::Integrity(check) = ended::result(job)? else { return Err(ended::without_result()) };
    if check.level == IntegrityLevel::NameHashMatches {
        Ok(())
    } else {
        Err(unexpected(words::state(check.state)))
    }
}

async fn download(place: &Place, name: &str, folder: &Path, cancel: &CancellationToken) -> Ended<()> {
    let work =
        DownloadJob::into_folder(target(place).await?, name.to_owned(), folder.to_owned(), IfThere::Refuse);
    let job = place.desk.jobs().run(work, cancel.clone()).await?;
    let JobResult::Download(download) = ended::result(job)? else { return Err(ended::without_result()) };
    match download.check.level {
        IntegrityLevel::Verified => Ok(()),
        _ => Err(unexpected(words::state(download.check.state))),
    }
}

/// What the restore will have to leave out.
struct Expected {
    /// The body that will be lost.
    lost: Attachment,
    /// Bodies too large for KV.
    too_large: Vec<Attachment>,
}

async fn inspect(zip: &Path, sample: &Sample) -> Ended<Expected> {
    let (zip, sample) = (zip.to_owned(), sample.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let options = InspectOptions { storage: Storage::Kv, ..InspectOptions::default() };
        let never = CancellationToken::new();
        let outcome = archive::inspect(&zip, &options, &Silent, &never)?;
        let Outcome::Done(report) = outcome else { return Err(Failure::Cancelled) };
        if !report.intact {
            return Err(unexpected("the download is damaged"));
        }
        let rows = |table: &str| report.tables.get(table).copied().unwrap_or(0);
        if (rows("ciphers"), rows("attachments")) != (sample.ciphers.into(), sample.attachments.into()) {
            return Err(unexpected("the backup does not hold as many rows as the server"));
        }
        let Outcome::Done(listed) = archive::attachments(&zip, &never)? else {
            return Err(Failure::Cancelled);
        };
        let (too_large, rest): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|one| one.size_bytes > KV_LARGEST_BODY);
        let lost =
            rest.into_iter().next().ok_or_else(|| unexpected("the backup has no attachment to lose"))?;
        Ok(Expected { lost, too_large })
    });
    reading.await.unwrap_or_else(|_| Err(ended::without_result()))
}

async fn lose(place: &Place, lost: &Attachment) -> Ended<()> {
    let fault = Fault::DeleteBody { blob_name: lost.blob_name(), forget: false };
    Ok(place.practice.inject(&fault)?)
}

async fn restore(place: &Place, name: &str, cancel: &CancellationToken) -> Ended<RestoreResult> {
    let source = RestoreSource::Remote { target_id: target(place).await?, path: name.to_owned() };
    let watch = Watch { cancel: cancel.clone(), ..Watch::silent() };
    let Outcome::Done(plan) = place.desk.restores().plan_restore(&source, &watch).await? else {
        return Err(Failure::Cancelled);
    };
    let Outcome::Done(mut plan) = place.desk.restores().complete_restore_plan(&plan, &watch).await? else {
        return Err(Failure::Cancelled);
    };
    plan.choices.replace_existing = true;
    plan.choices.safety_copy = SafetyCopyChoice::None;
    plan.choices.typed_confirmation = plan.confirm_with.clone().unwrap_or_default();
    let job = place.desk.jobs().run(plan, cancel.clone()).await?;
    let JobResult::Restore(restored) = ended::result(job)? else { return Err(ended::without_result()) };
    Ok(restored)
}

async fn target(place: &Place) -> Ended<String> {
    let targets = place.desk.sessions().needs_signed()?.session.targets().await?.value;
    let first = targets.into_iter().next().ok_or_else(|| unexpected("the server has no target"))?;
    Ok(first.id)
}

impl Expected {
    /// The skipped list is exactly what had to be left out, with the right sizes.
    fn compare(&self, restored: &RestoreResult) -> Ended<()> {
        let named = |one: &SkippedAttachment| (one.path.trim_end_matches(".bin").to_owned(), one.size_bytes);
        let found: BTreeSet<_> = restored.skipped.iter().map(named).collect();
        let wanted: BTreeSet<_> = self
            .too_large
            .iter()
            .chain([&self.lost])
            .map(|one| (format!("attachments/{}", one.blob_name()), one.size_bytes))
            .collect();
        if found == wanted {
            Ok(())
        } else {
            Err(unexpected(&format!("skipped {found:?}, expected {wanted:?}")))
        }
    }
}

/// The skipped list as scripts read it: the server's words, with a cause for each.
fn skipped(restored: &RestoreResult) -> Value {
    let items: Vec<Value> = restored
        .skipped
        .iter()
        .map(|one| {
            json!({
                "kind": "attachment",
                "path": one.path,
                "sizeBytes": one.size_bytes,
                "cause": one.cause,
                "cipherId": one.cipher_id,
                "ownerEmail": one.owner_email,
            })
        })
        .collect();
    json!({"reason": restored.skipped_reason, "attachments": items.len(), "items": items})
}

fn unexpected(what: &str) -> Failure {
    PracticeDetail::DemonstrationFailed { what: what.to_owned() }.error().into()
}
