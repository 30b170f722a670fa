//! `nwdesk targets`

use desk_core::server::{Target, TargetRuntime};
use desk_core::text::{Noun, count};
use serde_json::json;

use crate::connection::{Connection, Needs};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::waiting;
use crate::words::{self, plain};

/// List the server's targets with ID, name, type, location, schedule and last result. `--target`
/// accepts the ID, or the name if it is unique.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let connected = args.connection.connect(Needs::Reading, output).await?;
    let asked = connected.stop.or(async { Ok(connected.desk.settings().targets().await?) });
    let answer = waiting::during("the list of targets", asked).await;
    connected.leave().await;
    let (targets, shared) = answer?;
    let text = format!("{}{}", describe(&targets), words::shared(&shared));
    output.result(&json!({"targets": targets, "shared": shared}), &text);
    Ok(Exit::Good)
}

fn describe(targets: &[Target]) -> String {
    if targets.is_empty() {
        return "The server has no backup target.".to_owned();
    }
    targets.iter().map(one).collect()
}

pub fn one(target: &Target) -> String {
    let kind = json!(target.provider);
    let kind = kind.as_str().map_or_else(|| kind.to_string(), str::to_uppercase);
    let schedule = &target.schedule;
    let runs = match (schedule.enabled, schedule.interval_hours) {
        (false, _) => "off".to_owned(),
        (true, 1) => format!("every hour from {}, {}", schedule.start_time, schedule.timezone),
        (true, hours) => {
            let hours = count(hours, Noun::Hour);
            format!("every {hours} from {}, {}", schedule.start_time, schedule.timezone)
        }
    };
    let kept = match schedule.retention_count {
        Some(kept) => format!("keeps {}", count(kept, Noun::Backup)),
        None => "keeps all backups".to_owned(),
    };
    format!(
        "{}\n  id        {}\n  type      {}\n  location  {}\n  schedule  {}; {kept}\n  last      {}\n",
        plain(&target.name),
        plain(&target.id),
        plain(&kind),
        plain(&target.location),
        plain(&runs),
        plain(&last(&target.runtime)),
    )
}

/// How the last run ended, as the server remembers it.
fn last(runtime: &TargetRuntime) -> String {
    // RFC 3339 in UTC sorts as text.
    match (&runtime.last_success_at, &runtime.last_error_at) {
        (_, Some(failed)) if runtime.last_success_at.as_ref().is_none_or(|good| good < failed) => {
            let words = runtime.last_error_message.as_deref().unwrap_or("no reason given");
            format!("failed {failed}: {words}")
        }
        (Some(good), _) => {
            let file = runtime.last_uploaded_file_name.as_deref().map(|name| format!(": {name}"));
            format!("succeeded {good}{}", file.unwrap_or_default())
        }
        (None, _) => "no backup on record".to_owned(),
    }
}
