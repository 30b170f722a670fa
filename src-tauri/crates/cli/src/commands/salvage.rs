//! `nwdesk salvage`

use std::path::PathBuf;

use desk_core::archive::{self, Loss, LossKind, Salvaged};
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Lost entries that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 50;

/// Save what can still be read of a damaged backup as a new archive, with a list of
/// what could not be read. The original stays as it is. Ends with 5 when something
/// is lost, which is what to expect of a damaged backup.
#[derive(clap::Args)]
pub struct Args {
    /// The damaged backup ZIP.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where the new archive goes. Its name will say that it was salvaged.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let cancel = Stop::listen().token();
    let saving = tokio::task::spawn_blocking(move || archive::salvage(&args.file, &args.to, &cancel));
    let salvaged = ended::read("reading and writing the backup", saving).await?;
    output.result(&json!({"result": salvaged}), &text(&salvaged));
    Ok(if salvaged.lost.is_empty() { Exit::Good } else { Exit::Skipped })
}

fn text(salvaged: &Salvaged) -> String {
    let mut text = format!("{} ({})\n", salvaged.path.display(), words::bytes(salvaged.bytes));
    let rows: Vec<String> = salvaged
        .tables
        .iter()
        .filter(|(_, rows)| **rows > 0)
        .map(|(name, rows)| format!("{name} {rows}"))
        .collect();
    text.push_str(&format!(
        "  saved rows: {}\n",
        if rows.is_empty() { "none".to_owned() } else { rows.join(", ") }
    ));
    text.push_str(&format!("  saved attachments: {}\n", salvaged.bodies));
    for loss in salvaged.lost.iter().take(MOST_LINES) {
        text.push_str(&format!("  ! {}\n", words::plain(&line(loss))));
    }
    if salvaged.lost.len() > MOST_LINES {
        text.push_str(&format!("  and {} more; --json lists them all\n", salvaged.lost.len() - MOST_LINES));
    }
    if let Some(words) = &salvaged.refusal {
        text.push_str(&format!("  The server would refuse to import it: {}\n", words::plain(words)));
    }
    text
}

fn line(loss: &Loss) -> String {
    let entry = loss.entry.as_deref().unwrap_or("the file");
    match (loss.what, loss.count) {
        (LossKind::Content, _) => format!("{entry}: its content is lost"),
        (LossKind::Rows, Some(1)) => format!("{entry}: 1 row is lost"),
        (LossKind::Rows, Some(rows)) => format!("{entry}: {rows} rows are lost"),
        (LossKind::Rows, None) => format!("{entry}: the rows behind the damage are lost"),
        (LossKind::Doubtful, _) => format!("{entry}: its checksum is wrong, so some values may be wrong"),
        (LossKind::AttachmentRow, _) => {
            format!("{entry}: the attachment is left out, because its content is lost")
        }
        (LossKind::Manifest, _) => format!("{entry}: it is lost; a new one was written"),
        (LossKind::End, _) => format!("{entry}: its end is missing; there may have been more"),
    }
}
