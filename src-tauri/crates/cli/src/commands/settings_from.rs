//! `nwdesk settings-from`

use std::path::PathBuf;

use desk_core::envelope::{redacted, revealed, settings_in_backup};
use serde_json::Value;

use super::ended;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::password::PasswordSource;
use crate::waiting;
use crate::words::plain;

/// Read the targets' settings in a backup ZIP with an administrator's master password. No network
/// is needed. Secrets are shown as ******** unless you reveal them.
#[derive(clap::Args)]
pub struct Args {
    /// Backup ZIP.
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
    /// Email address of an administrator in that backup.
    #[arg(long, value_name = "EMAIL")]
    account: String,
    #[command(flatten)]
    password: PasswordSource,
    /// Show the targets' passwords and keys.
    #[arg(long)]
    reveal: bool,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let password = args.password.read(&args.account)?;
    let Args { file, account, reveal, .. } = args;
    let opening = tokio::task::spawn_blocking(move || settings_in_backup(&file, &account, &password));
    let settings =
        waiting::during("opening the settings", opening).await.map_err(|_| ended::without_result())??;
    let value = if reveal { revealed(&settings)? } else { redacted(&settings)? };
    output.result(&value, &targets(&value));
    Ok(Exit::Good)
}

/// The targets for a person, every field of theirs.
fn targets(settings: &Value) -> String {
    let empty = Vec::new();
    let targets = settings["destinations"].as_array().unwrap_or(&empty);
    if targets.is_empty() {
        return "These settings contain no targets.".to_owned();
    }
    let word = |value: &Value| plain(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let mut text = String::new();
    for target in targets {
        text.push_str(&format!(
            "{} ({}), id {}\n",
            word(&target["name"]),
            word(&target["type"]),
            word(&target["id"])
        ));
        for part in ["destination", "schedule"] {
            for (name, value) in target[part].as_object().into_iter().flatten() {
                text.push_str(&format!("  {}: {}\n", plain(name), word(value)));
            }
        }
    }
    text
}
