//! `nwdesk list`

use desk_core::view::BackupRow;
use serde::Serialize;
use serde_json::Value;

use crate::connection::{Connection, Needs};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::waiting;
use crate::words::{self, plain};

#[derive(clap::Args)]
pub struct Args {
    /// Target ID or name (default: the server's first target).
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Folder on the target.
    #[arg(long, value_name = "P", default_value = "")]
    path: String,
    #[command(flatten)]
    connection: Connection,
}

/// The server's own response, and what is known of each line. Written as it is: a listing
/// may be long.
#[derive(Serialize)]
struct Listing<'a> {
    result: &'a Value,
    backups: &'a [BackupRow],
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Reading, output).await?;
    let listing = async {
        let target_id = connected.target_id(args.target.as_deref()).await?;
        let desk = &connected.desk;
        let asked =
            connected.stop.or(async { Ok(desk.board().list_backups_raw(&target_id, &args.path).await?) });
        waiting::during("the target's listing", asked).await
    }
    .await;
    connected.leave().await;
    let listing = listing?;
    let text = if output.is_json() { String::new() } else { table(&listing.value) };
    output.result(&Listing { result: &listing.raw, backups: &listing.value }, &text);
    Ok(Exit::Good)
}

pub fn table(items: &[BackupRow]) -> String {
    if items.is_empty() {
        return "This folder is empty.".to_owned();
    }
    let line = |item: &BackupRow| {
        let size = match item.size {
            _ if item.is_directory => "folder".to_owned(),
            Some(size) => words::bytes(size),
            None => "?".to_owned(),
        };
        let made = item.made_at.as_deref().unwrap_or("");
        let is_backup = !item.is_directory && item.name.to_ascii_lowercase().ends_with(".zip");
        let state = if is_backup { words::short_state(item) } else { String::new() };
        let origin = words::origin(item.origin.as_ref());
        format!("{size:>12}  {:24}  {}{state}{origin}\n", plain(made), plain(&item.path))
    };
    items.iter().map(line).collect()
}
