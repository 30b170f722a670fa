//! `nwdesk export`

use desk_core::jobs::{ExportOf, ExportRequest, SourceChoice};

use super::exporting::{self, Exporting};
use crate::connection::{Connection, Needs};
use crate::exit::Ended;
use crate::output::Output;

/// Save all data of the server as one ZIP, including attachments, and verify it in full. Exits with
/// 0 if the server would import it, 4 if it is complete but exceeds an import limit, 5 if
/// attachments are missing. Continue an interrupted export with --resume.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    exporting: Exporting,
    /// Export without attachments.
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
