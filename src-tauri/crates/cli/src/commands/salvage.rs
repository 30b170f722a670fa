//! `nwdesk salvage`

use std::path::PathBuf;

use desk_core::archive::{self, Loss, LossKind, Salvaged};
use desk_core::text::{Noun, count, verb};
use serde_json::json;

use super::ended;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Lost entries that a terminal lists; `--json` has them all.
const MOST_LINES: usize = 50;

/// Save the readable content of a damaged backup as a new archive, with a list of what is lost. The
/// original is not changed. Exits with 5 if something is lost, as is to be expected.
#[derive(clap::Args)]
pub struct Args {
    /// Damaged backup ZIP.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Path of the new archive. Its name shows that it was salvaged.
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
        text.push_str(&format!(
            "  and {} more; use --json for the full list\n",
            salvaged.lost.len() - MOST_LINES
        ));
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
        (LossKind::Rows, Some(rows)) => {
            format!("{entry}: {} {} lost", count(rows, Noun::Row), verb(rows, "is", "are"))
        }
        (LossKind::Rows, None) => format!("{entry}: the rows after the damage are lost"),
        (LossKind::Doubtful, _) => format!("{entry}: its checksum is wrong, so some values may be wrong"),
        (LossKind::AttachmentRow, _) => {
            format!("{entry}: the attachment is left out because its content is lost")
        }
        (LossKind::Manifest, _) => format!("{entry}: lost; a new one was created"),
        (LossKind::End, _) => format!("{entry}: the end is missing; there may have been more content"),
    }
}
