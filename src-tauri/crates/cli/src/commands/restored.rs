//! `nwdesk restored`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk_core::app::{Desk, Page, Section, Table, save_page, save_table};
use desk_core::error::{CommandDetail, JobDetail};
use desk_core::granted::AllGranted;
use desk_core::jobs::{
    Checklist, ChecklistItem, ChecklistState, CopySearch, JobKind, JobRecord, JobResult, Outcome,
    RestoreResult, Watch,
};
use desk_core::ledger::JobQuery;
use desk_core::text::{Noun, count};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::exporting;
use super::places::CopyPlaces;
use crate::bars::Bar;
use crate::connection::{self, Connection, Needs};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::words;

/// Show a past restore made with a profile: counts, skipped attachments and their copies, and
/// remaining steps. Exits with 5 if something was skipped.
#[derive(clap::Args)]
#[command(mut_group("whom", |group| group.required(false)))]
pub struct Args {
    /// Number of the restore (default: the latest one).
    #[arg(value_name = "JOB")]
    job: Option<i64>,
    /// Look for copies of the skipped attachments in the known ZIPs on this computer.
    #[arg(long)]
    copies: bool,
    #[command(flatten)]
    places: CopyPlaces,
    /// Show the remaining steps; requires --profile.
    #[arg(long)]
    check: bool,
    /// Also compare all rows on the server by an export, which its log records; requires --profile.
    #[arg(long)]
    compare: bool,
    /// Record that the users were notified.
    #[arg(long)]
    informed: bool,
    /// Make a complete ZIP with the skipped attachments in this folder, to restore it again.
    #[arg(long, value_name = "DIR")]
    retry: Option<PathBuf>,
    /// Save the report as .csv (skipped list), .json or .html.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    if args.check || args.compare {
        let needs = if args.compare { Needs::Confirming } else { Needs::Reading };
        let connected = args.connection.connect(needs, output).await?;
        let watch = Watch { cancel: connected.stop.token(), ..Watch::silent() };
        let id = found(&connected.desk, args.job)?.id;
        let checked = connected.desk.restores().check_restore(id, args.compare, &watch).await;
        connected.leave().await;
        done(checked?)?;
        return show(&args, &connected.desk, &connected.stop.token(), output).await;
    }
    let desk = connection::recorded_desk()?;
    let stop = Stop::listen();
    show(&args, &desk, &stop.token(), output).await
}

async fn show(args: &Args, desk: &Arc<Desk>, stop: &CancellationToken, output: Output) -> Ended {
    let id = found(desk, args.job)?.id;
    let watch = Watch { cancel: stop.clone(), ..Watch::silent() };
    let places = args.places.opened(desk, &args.connection).await?;
    let search = if args.copies || args.places.are_named() {
        let bar = Bar::for_output(output, "reading ZIPs on this computer");
        let searching = desk.restores().find_copies(id, places.clone(), &AllGranted, &watch);
        Some(done(bar.during(searching).await?)?)
    } else {
        None
    };
    if args.informed {
        desk.restores().note_users_informed(id, true)?;
    }
    if let Some(folder) = &args.retry {
        let request = desk.restores().retry_request(id, folder, &places)?;
        return exporting::describe(desk.jobs().run(request, stop.clone()).await?, output);
    }
    let job = found(desk, Some(id))?;
    let checklist = desk.restores().restore_checklist(id)?;
    if let Some(path) = &args.save {
        save(desk, &job, &checklist, path).await?;
    }
    let restored = result(&job);
    let skipped = restored.map_or(0, |restored| restored.skipped_count);
    output.result(
        &json!({ "restore": job, "checklist": checklist, "search": search }),
        &text(&job, &checklist, search.as_ref()),
    );
    Ok(match restored {
        None => Exit::Failed,
        Some(restored) if !restored.missing.is_empty() => Exit::Failed,
        Some(_) if skipped > 0 => Exit::Skipped,
        Some(_) => Exit::Good,
    })
}

fn done<T>(outcome: Outcome<T>) -> Ended<T> {
    match outcome {
        Outcome::Done(value) => Ok(value),
        Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
    }
}

fn found(desk: &Desk, job: Option<i64>) -> Ended<JobRecord> {
    let restores = JobQuery { kind: Some(JobKind::Restore), limit: Some(1), ..JobQuery::default() };
    let found = match job {
        Some(id) => desk.ledger().job(id)?,
        None => desk.ledger().jobs(&restores)?.into_iter().next(),
    };
    found
        .filter(|job| job.kind == JobKind::Restore)
        .ok_or_else(|| CommandDetail::RestoreNotOnRecord.error().into())
}

fn result(job: &JobRecord) -> Option<&RestoreResult> {
    match &job.result {
        Some(JobResult::Restore(restored)) => Some(restored),
        _ => None,
    }
}

fn text(job: &JobRecord, checklist: &Checklist, search: Option<&CopySearch>) -> String {
    let mut lines = vec![format!("Restore {}: {}, {}", job.id, words::plain(&job.subject), job.started_at)];
    if let Some(restored) = result(job) {
        for row in counts(restored) {
            lines.push(format!("  {}: {} restored, {} expected", row[0], row[1], row[2]));
        }
        if restored.skipped_count > 0 {
            lines.push(format!("Skipped: {}", count(restored.skipped_count, Noun::Attachment)));
        }
        for line in &restored.skipped {
            lines.push(words::skipped(std::slice::from_ref(line)).trim_end().to_owned());
            lines.extend(line.copies.iter().map(|copy| format!("    copy: {}", words::copy_place(copy))));
        }
    } else if let Some(error) = &job.error {
        lines.push(words::plain(&error.to_string()));
    }
    lines.extend(search.into_iter().flat_map(words::copy_search));
    lines.extend(
        checklist.items.iter().map(|item| format!("  [{}] {}", mark(item), words::restore_step(item.step))),
    );
    lines.join("\n")
}

fn mark(item: &ChecklistItem) -> &'static str {
    match item.state {
        ChecklistState::Done => "x",
        ChecklistState::Open => " ",
        ChecklistState::Attention => "!",
        ChecklistState::Unknown => "?",
    }
}

fn counts(restored: &RestoreResult) -> Vec<Vec<String>> {
    let number = |found: Option<u64>| found.map_or_else(|| "unknown".to_owned(), |found| found.to_string());
    let each = restored.counts.iter();
    each.map(|one| vec![one.table.clone(), number(one.imported), one.expected.to_string()]).collect()
}

fn skipped(restored: &RestoreResult) -> Table {
    let heads = ["Path", "Size in bytes", "Cause", "Owner", "Vault item", "Copies"];
    let rows = restored.skipped.iter().map(|line| {
        vec![
            line.path.clone(),
            line.size_bytes.to_string(),
            words::cause(line.cause).to_owned(),
            line.owner_email.clone().unwrap_or_default(),
            line.cipher_id.clone().unwrap_or_default(),
            line.copies.iter().map(words::copy_place).collect::<Vec<_>>().join("; "),
        ]
    });
    Table { heads: heads.map(str::to_owned).to_vec(), rows: rows.collect() }
}

async fn save(desk: &Arc<Desk>, job: &JobRecord, checklist: &Checklist, path: &Path) -> Ended<()> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let restored = result(job).ok_or_else(|| JobDetail::RestoreWithoutResult.error());
    match ending.as_deref() {
        Some("csv") => save_table(skipped(restored?), path.to_owned()).await?,
        Some("json") => desk.restores().save_restore_report(job.id, path.to_owned()).await?,
        Some("html") => save_page(page(job, restored?, checklist), path.to_owned()).await?,
        _ => {
            return Err(Failure::usage(
                "A report must be saved as .csv, .json or .html.",
                "Use one of these extensions.",
            ));
        }
    }
    Ok(())
}

fn page(job: &JobRecord, restored: &RestoreResult, checklist: &Checklist) -> Page {
    let section = |title: &str, heads: &[&str], rows| Section {
        title: title.to_owned(),
        table: Table { heads: heads.iter().map(|&head| head.to_owned()).collect(), rows },
    };
    let steps = checklist.items.iter();
    let steps =
        steps.map(|item| vec![mark(item).to_owned(), words::restore_step(item.step).to_owned()]).collect();
    Page {
        language: "en".to_owned(),
        title: format!("Restore of {}", job.subject),
        lead: job.ended_at.clone().unwrap_or_default(),
        sections: vec![
            section("Counts", &["Table", "Restored", "Expected"], counts(restored)),
            Section { title: "Skipped".to_owned(), table: skipped(restored) },
            section("Afterwards", &[], steps),
        ],
    }
}
