//! `nwdesk safety-copies`

use desk_core::app::KeptSafetyCopy;
use desk_core::text::{Noun, count};
use serde_json::json;

use crate::connection;
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::{password, words};

/// List the safety copies on this computer, or remove one. They are made before a restore replaces
/// the data on a server, and kept until you remove them. Anyone with the file can read its rows.
#[derive(clap::Args)]
pub struct Args {
    /// Remove the safety copy with this file name.
    #[arg(long, value_name = "NAME")]
    remove: Option<String>,
    /// Do not ask for confirmation, even on a terminal.
    #[arg(long, requires = "remove")]
    yes: bool,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let desk = connection::recorded_desk()?;
    if let Some(name) = &args.remove {
        if !args.yes && !output.is_json() {
            confirm(name).await?;
        }
        desk.restores().remove_safety_copy(name)?;
    }
    let copies = desk.restores().safety_copies()?;
    let total: u64 = copies.iter().map(|copy| copy.bytes).sum();
    output.result(&json!({ "safetyCopies": copies, "bytes": total }), &text(&copies, total));
    Ok(Exit::Good)
}

async fn confirm(name: &str) -> Ended<()> {
    let question = format!("Type remove to permanently delete {}", words::plain(name));
    match password::ask(question, &Stop::listen()).await? {
        Some(typed) if typed.trim() != "remove" => {
            Err(Failure::usage("The safety copy was not removed.", "Type remove to confirm, or use --yes."))
        }
        _ => Ok(()),
    }
}

fn text(copies: &[KeptSafetyCopy], total: u64) -> String {
    if copies.is_empty() {
        return "There are no safety copies on this computer.".to_owned();
    }
    let lines: Vec<_> = copies.iter().map(words::safety_copy).collect();
    let all = count(copies.len() as u64, Noun::SafetyCopy);
    format!("{}\n{all}, {}", lines.join("\n"), words::bytes(total))
}
