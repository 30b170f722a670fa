//! `nwdesk diagnose`

use desk_core::Error;
use desk_core::health::TargetHealth;
use desk_core::incidents::FindingKind;
use desk_core::incidents::{FindingStep, FindingSubject, Findings, HealthFinding};
use desk_core::monitor::{Alert, AlertKind};
use desk_core::server::Profile;
use serde_json::{Value, json};

use crate::connection::{Connection, Looked};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::waiting;
use crate::words::{self, plain};

/// Find problems with a server and its targets: the secret, the backup settings, failed or overdue
/// backups, damaged or missing backups. Nothing is changed. Suitable for cron: exits with 0 if
/// there are no problems, 6 if the settings need repair, 1 for all other problems.
#[derive(clap::Args)]
pub struct Args {
    /// Check all profiles saved by `nwdesk login`.
    #[arg(long, group = "whom")]
    all: bool,
    #[command(flatten)]
    connection: Connection,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let mut reports = Vec::new();
    if args.all {
        for profile in crate::connection::recorded_desk()?.ledger().profiles()? {
            reports.push(report(Connection::look_at_profile(&profile.id).await?).await?);
        }
        if reports.is_empty() {
            output.remark("There are no profiles. Sign in with `nwdesk login` first.");
        }
    } else {
        reports.push(report(args.connection.look().await?).await?);
    }
    let servers: Vec<Value> = reports.iter().map(Report::value).collect();
    let text: Vec<String> = reports.iter().map(Report::text).collect();
    output.result(&json!({"servers": servers}), &text.join("\n"));
    let worst = reports.iter().map(Report::exit).max_by_key(|exit| match exit {
        Exit::Good => 0,
        Exit::NeedsRepair => 2,
        _ => 1,
    });
    Ok(worst.unwrap_or(Exit::Good))
}

/// What was found out about one server.
struct Report {
    profile: Profile,
    /// Why signing in failed.
    refused: Option<Error>,
    found: Findings,
    /// Recoveries are recorded for the profile.
    is_saved: bool,
}

async fn report(looked: Looked) -> Ended<Report> {
    let what = format!("the diagnosis of {}", looked.profile.server_url);
    let asked = looked.stop.or(async { Ok(looked.desk.findings(Some(&looked.profile.id)).await?) });
    let found = waiting::during(&what, asked).await;
    looked.leave().await;
    let mut found = found?;
    if !looked.has_records() {
        // Without records no one knows what was verified earlier.
        found.findings.retain(|finding| !is_unverified(finding));
        found.alerts.retain(|alert| alert.kind != AlertKind::NotVerified);
    }
    let is_saved = looked.has_records();
    let Looked { profile, refused, .. } = looked;
    Ok(Report { profile, refused, found, is_saved })
}

impl Report {
    /// Why the server or its targets could not be checked.
    fn error(&self) -> Option<&Error> {
        self.refused.as_ref().or(self.found.error.as_ref())
    }

    fn value(&self) -> Value {
        json!({
            "profile": self.profile.name,
            "server": self.profile.server_url,
            "email": self.profile.email,
            "at": self.found.diagnosis.at,
            "findings": self.found.findings,
            "checked": self.found.diagnosis.checked,
            "alerts": self.found.alerts.iter().map(alert).collect::<Vec<_>>(),
            "messages": self.messages(),
            "targets": self.found.targets,
            "error": self.error(),
        })
    }

    /// Everything that is wrong, a sentence each: what a notification says.
    fn messages(&self) -> Vec<String> {
        let mut messages: Vec<String> = self.found.findings.iter().map(words::finding_title).collect();
        messages.extend(self.further_alerts().map(Alert::sentence));
        if !self.found.findings.iter().any(is_refusal) {
            messages.extend(self.error().map(ToString::to_string));
        }
        messages
    }

    /// Alerts of the watch that no finding says already.
    fn further_alerts(&self) -> impl Iterator<Item = &Alert> {
        let is_said = |alert: &Alert| {
            self.found.findings.iter().any(|finding| {
                matches!(&finding.about, FindingSubject::Target { card, .. }
                    if alert.target_id.as_ref() == Some(&card.target.id))
            })
        };
        let is_failed = |alert: &Alert| {
            self.found.findings.iter().any(|finding| {
                matches!(&finding.about, FindingSubject::Target { card, .. }
                    if alert.target_id.as_ref() == Some(&card.target.id) && card.last_error.is_some())
            })
        };
        self.found.alerts.iter().filter(move |alert| match alert.kind {
            AlertKind::BackupEmpty
            | AlertKind::BackupTruncated
            | AlertKind::BackupShrank
            | AlertKind::NobodyCanRepair
            | AlertKind::CertificateEnds
            | AlertKind::ServerUpdated => true,
            AlertKind::BackupOverdue => !is_said(alert),
            // What only the log knows is no finding.
            AlertKind::BackupFailed => !is_failed(alert),
            AlertKind::SecretUnsafe
            | AlertKind::SettingsNeedRepair
            | AlertKind::SignInNeeded
            | AlertKind::BackupsGone
            | AlertKind::BackupBad
            | AlertKind::NotVerified => false,
        })
    }

    fn text(&self) -> String {
        let mut text = format!("{} ({})\n", plain(&self.profile.name), plain(&self.profile.server_url));
        self.found.findings.iter().for_each(|finding| text.push_str(&words::finding(finding)));
        for alert in self.further_alerts() {
            text.push_str(&format!("  {}\n", plain(&alert.sentence())));
        }
        match self.error() {
            // The finding says it already.
            Some(_) if self.found.findings.iter().any(is_refusal) => {}
            Some(error) => text.push_str(&words::not_checked(error)),
            None if self.found.findings.is_empty() && self.further_alerts().next().is_none() => {
                text.push_str("  No problems found.\n");
            }
            None => {}
        }
        if self.is_saved && self.found.findings.iter().flat_map(|finding| &finding.next).any(is_recovery) {
            let profile = words::quoted(&self.profile.name);
            text.push_str(&format!("  To recover step by step: nwdesk recover start --profile {profile}\n"));
        }
        text
    }

    fn exit(&self) -> Exit {
        let needs_repair = |kind: &str| {
            [
                FindingKind::SettingsNeedRepair,
                FindingKind::PortablePartAbsent,
                FindingKind::PortablePartWithoutWraps,
            ]
            .iter()
            .any(|one| json!(one) == kind)
        };
        if self.found.findings.iter().any(|finding| needs_repair(&finding.id)) {
            Exit::NeedsRepair
        } else if self.found.findings.is_empty()
            && self.error().is_none()
            && self.further_alerts().all(|alert| alert.kind == AlertKind::ServerUpdated)
        {
            Exit::Good
        } else {
            Exit::Failed
        }
    }
}

fn alert(alert: &Alert) -> Value {
    let mut value = json!(alert);
    value["sentence"] = alert.sentence().into();
    value
}

/// It leads to a recovery with steps.
fn is_recovery(step: &FindingStep) -> bool {
    matches!(step, FindingStep::Playbook { playbook, .. } if !playbook.paths().is_empty())
}

fn is_refusal(finding: &HealthFinding) -> bool {
    matches!(finding.about, FindingSubject::Refusal { .. })
}

fn is_unverified(finding: &HealthFinding) -> bool {
    matches!(&finding.about, FindingSubject::Target { card, .. } if card.health == TargetHealth::Unverified)
}
