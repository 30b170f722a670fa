//! `nwdesk complete`

use std::path::PathBuf;
use std::sync::Arc;

use desk_core::app::Desk;
use desk_core::jobs::{ExportRequest, SourceChoice};
use secrecy::SecretString;

use super::exporting::{self, Exporting};
use super::opened_target;
use crate::connection::{self, Connection};
use crate::exit::Ended;
use crate::output::Output;

/// Add attachments to a backup ZIP that only lists them. They are taken from other ZIPs, folders,
/// targets and the server, in this order. Targets are accessed from this computer with the settings
/// in the ZIP, opened with --email and that administrator's master password. Exit codes are those
/// of export.
#[derive(clap::Args)]
#[command(mut_group("whom", |group| group.required(false)))]
pub struct Args {
    /// Backup ZIP. It is not changed.
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    #[command(flatten)]
    exporting: Exporting,
    /// Take attachments from the server's own storage.
    #[arg(long)]
    from_server: bool,
    /// Take attachments from a target (ID or name).
    #[arg(long, value_name = "ID")]
    from_target: Vec<String>,
    /// Accept plain http to the targets. This exposes their logins and the backups to the network.
    #[arg(long, requires = "from_target")]
    target_over_http: bool,
    /// Take attachments from a folder with the layout of a target.
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

/// Opens the settings in the ZIP, and adds the targets that were requested.
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
    let opened = opened_target::open(desk, &args.file, email, password).await?;
    for named in &args.from_target {
        let found = opened_target::named(&opened, named)?;
        work.sources.push(SourceChoice::Target {
            handle: opened.handle.clone(),
            destination_id: found.id.clone(),
            http_accepted: args.target_over_http,
        });
    }
    Ok(())
}
