//! `nwdesk complete`

use std::path::PathBuf;
use std::sync::Arc;

use desk_core::desk::Desk;
use desk_core::error::CommandDetail;
use desk_core::jobs::{ExportRequest, SourceChoice};
use desk_core::text;
use secrecy::SecretString;

use super::exporting::{self, Exporting};
use crate::connection::{self, Connection};
use crate::exit::{Ended, Failure};
use crate::output::Output;
use crate::waiting;

/// Put the attachments into a backup ZIP that only lists them. They come from other ZIPs,
/// folders, targets and the server, in this order. A target is reached from this computer: its
/// settings are opened from the ZIP with --email and that administrator's master password. Ends
/// as export does.
#[derive(clap::Args)]
#[command(mut_group("whom", |group| group.required(false)))]
pub struct Args {
    /// The backup ZIP. It stays as it is.
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    #[command(flatten)]
    exporting: Exporting,
    /// Take attachments from the server's own storage.
    #[arg(long)]
    from_server: bool,
    /// Take attachments from a target, by its id or name.
    #[arg(long, value_name = "ID")]
    from_target: Vec<String>,
    /// Accept plain http to the targets: the network sees their logins and the backups.
    #[arg(long, requires = "from_target")]
    target_over_http: bool,
    /// Take attachments from a folder with the layout of a target's.
    #[arg(long, value_name = "DIR")]
    from_folder: Vec<PathBuf>,
    /// Take attachments from another ZIP.
    #[arg(long, value_name = "FILE")]
    from_zip: Vec<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let mut sources: Vec<SourceChoice> =
        args.from_zip.iter().cloned().map(|zip| SourceChoice::Zip { zip: zip.into() }).collect();
    sources.extend(
        args.from_folder.iter().cloned().map(|folder| SourceChoice::Folder { folder: folder.into() }),
    );
    let mut work = ExportRequest::of_zip(&args.file, &args.exporting.to, sources);
    args.exporting.apply(&mut work, output)?;
    if !args.from_server {
        let connected = connection::without_server(output)?;
        if !args.from_target.is_empty() {
            let (email, password) = args.connection.account()?;
            add_targets(&args, &connected.desk, &email, &password, &mut work).await?;
        }
        return exporting::describe(connected.run(work).await?, output);
    }
    let (connected, password) = args.connection.connect_with_password(output).await?;
    let job = async {
        connected.confirm(&password).await?;
        let email = connected.signed.profile.email.clone();
        add_targets(&args, &connected.desk, &email, &password, &mut work).await?;
        work.sources.push(SourceChoice::Server);
        connected.run(work).await
    };
    let job = job.await;
    connected.leave().await;
    exporting::describe(job?, output)
}

/// Opens the settings in the ZIP, and adds the targets that were asked for.
async fn add_targets(
    args: &Args,
    desk: &Arc<Desk>,
    email: &str,
    password: &SecretString,
    work: &mut ExportRequest,
) -> Ended<()> {
    if args.from_target.is_empty() {
        return Ok(());
    }
    let opening = desk.open_backup_settings(&args.file, email, password, None);
    let opened = waiting::during("opening the settings", opening).await?;
    for named in &args.from_target {
        let all = &opened.settings.destinations;
        let by_id = all.iter().find(|one| one.id == *named);
        let by_name: Vec<_> = all.iter().filter(|one| one.name == *named).collect();
        let found = match (by_id, by_name.as_slice()) {
            (Some(found), _) => found,
            (None, [found]) => *found,
            (None, []) => {
                let names: Vec<String> = all.iter().map(|one| format!("{} ({})", one.name, one.id)).collect();
                let (name, targets) = (named.clone(), text::line(&names.join(", ")).into());
                return Err(CommandDetail::NoTargetInBackup { name, targets }.error().into());
            }
            (None, _) => {
                return Err(Failure::usage(
                    format!("Several targets are called {named}."),
                    "Give the id of the one that you mean.",
                ));
            }
        };
        work.sources.push(SourceChoice::Target {
            handle: opened.handle.clone(),
            destination_id: found.id.clone(),
            http_accepted: args.target_over_http,
        });
    }
    Ok(())
}
