//! The command that does a step of a recovery.

use desk_core::incidents::{CaseSubject, PlaybookPath, RecoveryCase, StepKind};
use desk_core::server::Profile;

use crate::words::quoted;

/// The commands for a recovery of a profile.
pub struct StepCommands<'a> {
    pub profile: &'a Profile,
    pub case: &'a RecoveryCase,
}

impl StepCommands<'_> {
    /// The command that does `step`; none for what is done outside, or only confirmed. Words in capital
    /// letters are for the person to replace.
    pub fn of(&self, step: StepKind) -> Option<String> {
        let profile = self.profile();
        let at = format!("{profile}{}", self.target());
        let path = self.path();
        Some(match step {
            StepKind::FindSecret => "nwdesk secret-check --token-file FILE".to_owned(),
            StepKind::SignInAgain => format!(
                "nwdesk login --server {} --email {}{profile}",
                quoted(&self.profile.server_url),
                quoted(&self.profile.email)
            ),
            StepKind::OpenPortable | StepKind::RepairSettings => format!("nwdesk repair{profile}"),
            StepKind::VerifyBackup | StepKind::BackUpAttachments => format!("nwdesk backup{at}"),
            StepKind::ReadBackup => format!("nwdesk integrity --deep{at} {path}"),
            StepKind::SaveEvidence => format!("nwdesk download --keep-both --to FOLDER{at} {path}"),
            StepKind::FindGoodBackup => {
                format!("nwdesk list{at}, then for an older backup: nwdesk integrity --deep{at} PATH")
            }
            StepKind::KeepBackups => format!("nwdesk recover keep-backups{profile}"),
            StepKind::DrillBackup if self.is_of_attachments() => {
                "nwdesk drill FILE.zip with the backup or complete export made last".to_owned()
            }
            StepKind::DrillBackup => {
                format!("nwdesk download --to FOLDER{at} PATH, then: nwdesk drill FILE.zip")
            }
            StepKind::ExamineTarget => format!("nwdesk target doctor{at}"),
            StepKind::FindCopies => format!("nwdesk recover copies{profile}"),
            StepKind::HealTarget => format!("nwdesk target heal --from-zip FILE.zip{at}"),
            StepKind::VerifyTarget => format!("nwdesk target verify --deep{at}"),
            StepKind::CompleteZip => format!("nwdesk restored --retry FOLDER{}", self.restore()),
            StepKind::RestoreAgain => format!("nwdesk restore --replace{profile} FILE.zip"),
            StepKind::FetchAttachments => format!("nwdesk export --to FOLDER{profile}"),
            StepKind::LookFromServer => format!("nwdesk target look --server-only{at}"),
            StepKind::LookFromHere => format!("nwdesk target look{at}"),
            StepKind::BackUpHere => {
                "nwdesk desk-target add, then: nwdesk backup --desk-target NAME".to_owned()
            }
            StepKind::CountBodies => format!("nwdesk target look --bodies{at}"),
            StepKind::UploadBodies => format!("nwdesk target heal --from-server --new{at}"),
            StepKind::PutBack
            | StepKind::MakeSecret
            | StepKind::PutSecret
            | StepKind::ServerProvesItself
            | StepKind::TellUsers
            | StepKind::StoreSecret
            | StepKind::NameLost
            | StepKind::ReadSkipped
            | StepKind::FixTarget => return None,
        })
    }

    /// The command that confirms a step, without the step.
    pub fn confirm(&self) -> String {
        format!("nwdesk recover confirm{}", self.profile())
    }

    fn is_of_attachments(&self) -> bool {
        matches!(self.case.branch, PlaybookPath::DeletedFolder | PlaybookPath::SkippedAttachments)
    }

    fn profile(&self) -> String {
        format!(" --profile {}", quoted(&self.profile.name))
    }

    fn target(&self) -> String {
        self.case.subject.target_id().map(|id| format!(" --target {}", quoted(id))).unwrap_or_default()
    }

    fn path(&self) -> String {
        match &self.case.subject {
            CaseSubject::Backup { path, .. } => quoted(path),
            CaseSubject::Server | CaseSubject::Target { .. } | CaseSubject::Restore { .. } => {
                "PATH".to_owned()
            }
        }
    }

    fn restore(&self) -> String {
        match self.case.subject {
            CaseSubject::Restore { job_id } => format!(" {job_id}"),
            CaseSubject::Server | CaseSubject::Target { .. } | CaseSubject::Backup { .. } => String::new(),
        }
    }
}
