//! `nwdesk export`

use desk_core::jobs::{ExportOf, ExportRequest, SourceChoice};

use super::exporting::{self, Exporting};
use crate::connection::{Connection, Needs};
use crate::exit::Ended;
use crate::output::Output;

/// Save everything the server holds as one ZIP, with every attachment inside, and check it in
/// full. Ends with 0 when the server would import it, 4 when it is complete but over a limit of
/// the import, 5 when attachments are missing. What was cancelled or killed goes on with --resume.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    exporting: Exporting,
    /// Leave the attachments out.
    #[arg(long)]
    no_attachments: bool,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let mut work = ExportRequest::of_server(&args.exporting.to);
    work.from = ExportOf::Server { attachments: !args.no_attachments };
    work.sources = vec![SourceChoice::Server];
    args.exporting.apply(&mut work, output)?;
    let connected = args.connection.connect(Needs::Confirming, output).await?;
    let job = connected.run(work).await;
    connected.leave().await;
    exporting::describe(job?, output)
}
