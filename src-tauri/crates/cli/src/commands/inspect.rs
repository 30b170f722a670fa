//! `nwdesk inspect`

use std::path::{Path, PathBuf};

use desk_core::archive::{self, InspectOptions, Inspection, Storage};
use desk_core::error::ArchiveDetail;
use desk_core::health::BackupState;
use desk_core::jobs::Outcome;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{decrypt, ended};
use crate::bars::Bar;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::waiting;
use crate::words;

/// Inspect a backup ZIP without an account or network. Exits with 0 if it is intact and the server
/// would accept it, 3 if it is damaged, 4 if the server would refuse it, 1 if it cannot be read. A
/// backup without attachment contents is judged as restored from its target.
#[derive(clap::Args)]
pub struct Args {
    /// Backup ZIP, or a folder to show a table of all ZIPs in it.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Attachment storage of the server to judge for.
    #[arg(long, value_enum, default_value = "r2")]
    storage: StorageKind,
    /// Judge for a server with data that must not be replaced. Such a server refuses every backup.
    #[arg(long)]
    without_replacing: bool,
    /// File with the passphrase of an encrypted export on its first line.
    #[arg(long, value_name = "F")]
    passphrase_file: Option<PathBuf>,
}

/// [`Storage`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum StorageKind {
    R2,
    Kv,
    None,
}

impl From<StorageKind> for Storage {
    fn from(kind: StorageKind) -> Self {
        match kind {
            StorageKind::R2 => Self::R2,
            StorageKind::Kv => Self::Kv,
            StorageKind::None => Self::None,
        }
    }
}

pub async fn run(args: Args, output: Output) -> Ended {
    let stop = Stop::listen();
    let cancel = stop.token();
    let (path, _decrypted) =
        decrypt::readable(args.path.clone(), args.passphrase_file.as_deref(), &stop).await?;
    let reading = tokio::task::spawn_blocking(move || {
        let options = InspectOptions {
            storage: args.storage.into(),
            replace: !args.without_replacing,
            ..InspectOptions::default()
        };
        let inspect = if path.is_dir() { folder } else { file };
        inspect(&path, &options, output, &cancel)
    });
    let reading = async {
        // Where a bar is drawn, it says what is in progress.
        if output.draws() { reading.await } else { waiting::during("reading the backup", reading).await }
    };
    reading.await.unwrap_or_else(|_| Err(ended::without_result()))
}

fn file(path: &Path, options: &InspectOptions, output: Output, cancel: &CancellationToken) -> Ended {
    let report = look(path, options, output, cancel)?;
    let exit = exit_of(&report);
    output.result(&json!(report), &words::inspection(&report, exit));
    Ok(exit)
}

/// Every ZIP of a folder; ends as the worst of them does.
fn folder(path: &Path, options: &InspectOptions, output: Output, cancel: &CancellationToken) -> Ended {
    let mut values = Vec::new();
    let mut table = format!("{:>12}  {:16}  {:14}  {:24}  file\n", "size", "verdict", "kind", "made");
    let mut worst = Exit::Good;
    let (zips, unread) = zips(path)?;
    for (entry, error) in unread {
        let (name, error) = (words::plain(&entry), words::plain(&error.to_string()));
        table.push_str(&format!("{:>12}  {:16}  {:14}  {:24}  {name}: {error}\n", "", "unreadable", "", ""));
        values.push(json!({"file": {"name": name}, "error": error}));
        worst = Exit::Failed;
    }
    for zip in zips {
        let name = zip.file_name().unwrap_or_default().to_string_lossy();
        let exit = match look(&zip, options, output, cancel) {
            Ok(report) => {
                let exit = exit_of(&report);
                table.push_str(&row(&report, exit));
                values.push(json!(report));
                exit
            }
            Err(Failure::Told { error, exit }) => {
                let (name, error) = (words::plain(&name), words::plain(&error.to_string()));
                table.push_str(&format!(
                    "{:>12}  {:16}  {:14}  {:24}  {name}: {error}\n",
                    "", "unreadable", "", ""
                ));
                values.push(json!({"file": {"name": name}, "error": error}));
                exit
            }
            Err(Failure::Cancelled) => return Err(Failure::Cancelled),
        };
        worst = worse(worst, exit);
    }
    if values.is_empty() {
        return Err(ArchiveDetail::NoZipInFolder { path: path.display().to_string() }.error().into());
    }
    output.result(&Value::Array(values), &table);
    Ok(worst)
}

/// What of a folder could not be read: its name and why.
type Unread = (String, desk_core::Error);

/// The ZIPs of a folder, and what of it could not be read.
fn zips(folder: &Path) -> Ended<(Vec<PathBuf>, Vec<Unread>)> {
    let entries = std::fs::read_dir(folder).map_err(|error| desk_core::Error::file(folder, &error))?;
    let (mut zips, mut unread) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                unread.push((folder.display().to_string(), desk_core::Error::file(folder, &error)));
                continue;
            }
        };
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
            continue;
        }
        // A link to nothing is a ZIP that cannot be read; a folder of that name is none.
        match path.metadata() {
            Ok(facts) if facts.is_file() => zips.push(path),
            Ok(_) => {}
            Err(error) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                unread.push((name, desk_core::Error::file(&path, &error)));
            }
        }
    }
    zips.sort();
    unread.sort_by(|one, other| one.0.cmp(&other.0));
    Ok((zips, unread))
}

fn look(
    path: &Path,
    options: &InspectOptions,
    output: Output,
    cancel: &CancellationToken,
) -> Ended<Inspection> {
    match archive::inspect(path, options, &Bar::for_output(output, "reading the file"), cancel)? {
        Outcome::Done(report) => Ok(report),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

fn row(report: &Inspection, exit: Exit) -> String {
    let verdict = words::verdict(exit);
    let kind = json!(report.kind);
    let kind = kind.as_str().unwrap_or("?");
    let made = report.manifest.as_ref().and_then(|manifest| manifest.exported_at.as_deref());
    let made = words::plain(made.unwrap_or("?"));
    let (size, name) = (words::bytes(report.file.bytes), words::plain(&report.file.name));
    format!("{size:>12}  {verdict:16}  {kind:14}  {made:24}  {name}\n")
}

fn exit_of(report: &Inspection) -> Exit {
    if report.damage.iter().any(|damage| damage.code == archive::DamageCode::NotAZip) {
        return Exit::Failed;
    }
    ended::exit_of_state(BackupState::of_inspection(report))
}

fn worse(a: Exit, b: Exit) -> Exit {
    let rank = |exit| match exit {
        Exit::Good => 0,
        Exit::Refused => 1,
        Exit::Damaged => 2,
        _ => 3,
    };
    if rank(b) > rank(a) { b } else { a }
}
