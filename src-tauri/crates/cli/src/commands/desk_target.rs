//! `nwdesk desk-target`, and `nwdesk backup --desk-target`

use std::path::PathBuf;

use clap::Subcommand;
use desk_core::desk_targets::{DeskPlaceForm, DeskSchedule, DeskTargetCard, DeskTargetForm, local_zone};
use desk_core::granted::AllGranted;
use desk_core::jobs::TargetChoice;
use desk_core::jobs::{DeskBackupJob, DeskBackupResult, JobResult};
use desk_core::places::Location;
use desk_core::secrets::SecretField;
use desk_core::targets::Reach;
use desk_core::text::{Noun, count};
use serde_json::json;

use super::ended;
use super::target::place::typed;
use crate::connection::{MaybeConnection, Needs, recorded_desk};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::words::{self, plain};

/// Add, list or remove desk targets: places that this computer backs up to automatically, for
/// example because the server cannot reach them.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// Add a folder, a WebDAV share or a bucket. A small file is written there as a test.
    Add(Box<AddArgs>),
    /// List the desk targets and their state.
    List,
    /// Remove a desk target. The backups there stay.
    Remove(RemoveArgs),
}

#[derive(clap::Args)]
struct AddArgs {
    /// Name.
    name: String,
    /// Profile of the server to back up, saved by `nwdesk login`.
    #[arg(long, value_name = "NAME")]
    profile: String,
    #[command(flatten)]
    at: Where,
    /// File with the login, as for `nwdesk target`. It is saved in the keyring.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// PEM file with a certificate authority to trust for it.
    #[arg(long, value_name = "FILE")]
    target_ca_file: Option<PathBuf>,
    /// Accept plain http to it. This exposes its login and the backups to the network.
    #[arg(long)]
    accept_target_http: bool,
    /// Back up at this interval while the app is open.
    #[arg(long, value_name = "HOURS", conflicts_with = "daily")]
    every: Option<u32>,
    /// Back up every day at this time while the app is open.
    #[arg(long, value_name = "HH:MM")]
    daily: Option<String>,
    /// IANA time zone for --daily (default: this computer's).
    #[arg(long, value_name = "ZONE", requires = "daily")]
    zone: Option<String>,
    /// Number of backups to keep (default: all).
    #[arg(long, value_name = "COUNT")]
    keep: Option<u32>,
    /// Back up without attachments.
    #[arg(long)]
    no_attachments: bool,
}

/// One of the places.
#[derive(clap::Args)]
#[group(id = "where_at", required = true, multiple = false)]
struct Where {
    /// Folder: a mounted share, a synced folder or an external disk.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// WebDAV folder.
    #[arg(long, value_name = "URL", requires = "credentials")]
    webdav: Option<String>,
    /// Bucket and folder: https://ENDPOINT/BUCKET/FOLDER.
    #[arg(long, value_name = "URL", requires = "credentials")]
    s3: Option<String>,
}

#[derive(clap::Args)]
struct RemoveArgs {
    /// Name or ID.
    name: String,
}

pub async fn run(args: Args, output: Output) -> Ended {
    match args.work {
        Work::Add(args) => add(*args, output).await,
        Work::List => list(output),
        Work::Remove(args) => remove(&args, output).await,
    }
}

async fn add(args: AddArgs, output: Output) -> Ended {
    let desk = recorded_desk()?;
    let profile = desk.ledger().profile(&args.profile)?;
    let place = args.place()?;
    let schedule = match (args.every, args.daily) {
        (Some(hours), _) => DeskSchedule::Every { hours },
        (None, Some(at)) => DeskSchedule::Daily { at, zone: args.zone.unwrap_or_else(local_zone) },
        (None, None) => DeskSchedule::Off,
    };
    let form = DeskTargetForm {
        id: None,
        name: args.name,
        place,
        attachments: !args.no_attachments,
        schedule,
        retention: args.keep,
        http_accepted: args.accept_target_http,
        ca_file: args.target_ca_file.map(Into::into),
    };
    let saved = desk.desk_targets().save(form, &profile.id, &AllGranted).await?;
    let text = format!(
        "{} backs up {} to {}.",
        plain(&saved.name),
        plain(&profile.name),
        plain(&saved.place.shown())
    );
    output.result(&json!({"deskTarget": saved}), &text);
    Ok(Exit::Good)
}

impl AddArgs {
    fn place(&self) -> Ended<DeskPlaceForm> {
        if let Some(folder) = &self.at.folder {
            return Ok(DeskPlaceForm::Folder { path: folder.into() });
        }
        let choice = typed(
            self.at.webdav.as_deref(),
            self.at.s3.as_deref(),
            self.credentials.as_deref(),
            Reach::default(),
        )?;
        let none = || Failure::usage("No location is specified.", "Use --folder, --webdav or --s3.");
        let Some(TargetChoice::Typed { location, secret, .. }) = choice else { return Err(none()) };
        match *location {
            Location::Webdav(mut place) => {
                place.password = SecretField::new(secret);
                Ok(DeskPlaceForm::Webdav(place))
            }
            Location::S3(mut place) => {
                place.secret_access_key = SecretField::new(secret);
                Ok(DeskPlaceForm::S3(place))
            }
            Location::Other(_) => Err(none()),
        }
    }
}

fn list(output: Output) -> Ended {
    let cards = recorded_desk()?.desk_targets().all()?;
    let text = if cards.is_empty() {
        "No desk targets.".to_owned()
    } else {
        cards.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    output.result(&json!({"deskTargets": cards}), &text);
    Ok(Exit::Good)
}

fn line(card: &DeskTargetCard) -> String {
    let schedule = match &card.target.schedule {
        DeskSchedule::Off => "manual".to_owned(),
        DeskSchedule::Every { hours } => format!("every {}", count(u64::from(*hours), Noun::Hour)),
        DeskSchedule::Daily { at, zone } => format!("daily at {at} ({zone})"),
    };
    let newest = match &card.newest {
        Some(made) if made.is_whole() => format!("newest {} of {}, complete", made.name, made.made_at),
        Some(made) => format!("newest {} of {}, incomplete", made.name, made.made_at),
        None => "no backup yet".to_owned(),
    };
    let mut line = format!("{}: {}, {schedule}, {newest}", plain(&card.target.name), plain(&card.place));
    if let Some(error) = &card.last_error {
        line.push_str(&format!("\n  last backup failed: {}", plain(&error.to_string())));
    }
    line
}

async fn remove(args: &RemoveArgs, output: Output) -> Ended {
    let removed = recorded_desk()?.desk_targets().remove(&args.name).await?;
    let text = format!(
        "{} was removed. The backups in {} stay.",
        plain(&removed.name),
        plain(&removed.place.shown())
    );
    output.result(&json!({"removed": removed}), &text);
    Ok(Exit::Good)
}

/// Backs up to a desk target.
pub async fn back_up(name: &str, connection: &MaybeConnection, output: Output) -> Ended {
    let target = recorded_desk()?.ledger().desk_target(name)?;
    let connected = connection.to_profile(&target.profile_id, Needs::Confirming, output).await?;
    let job = connected.run(DeskBackupJob::to(target.id)).await;
    connected.leave().await;
    match ended::result(job?)? {
        JobResult::DeskBackup(made) => {
            output.result(&made, &told(&made));
            Ok(exit_of(&made))
        }
        _ => Err(ended::without_result()),
    }
}

fn exit_of(made: &DeskBackupResult) -> Exit {
    if !made.attachments.missing.is_empty() {
        Exit::Skipped
    } else if made.is_whole && made.retention_error.is_none() {
        Exit::Good
    } else {
        Exit::Failed
    }
}

fn told(made: &DeskBackupResult) -> String {
    let name = plain(made.file_name.as_deref().unwrap_or_default());
    let mut text = format!(
        "{name} ({}) in {}\n{} in total: {} newly written, {} already there",
        words::bytes(made.bytes),
        plain(&made.place),
        count(made.attachments.listed, Noun::Attachment),
        made.attachments.uploaded,
        made.attachments.already_there,
    );
    for one in &made.attachments.missing {
        let owner = one.owner.as_deref().unwrap_or("unknown");
        text.push_str(&format!("\nmissing: {} of {}", plain(&one.path), plain(owner)));
    }
    text.push_str(if made.is_whole { "\nread back and verified" } else { "\nincomplete" });
    for removed in &made.removed {
        text.push_str(&format!("\ndeleted by retention: {}", plain(&removed.name)));
    }
    if let Some(error) = &made.retention_error {
        text.push_str(&format!("\nolder backups could not be deleted: {}", plain(&error.to_string())));
    }
    text
}
