//! Requests that are refused before a job begins.

use std::path::{Path, PathBuf};

use desk_core::granted::{FileGrants, not_chosen};
use desk_core::jobs::{
    DownloadFrom, DownloadJob, DownloadTo, ExportOf, ExportRequest, IfThere, JobRequest, SourceChoice,
};
use desk_core::ledger::JobQuery;
use desk_core::{Code, Result};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::AtDesk;

/// A window in which the person chose one folder, for downloads.
struct OneFolder(PathBuf);

impl FileGrants for OneFolder {
    fn may_read(&self, file: &Path) -> Result<()> {
        Err(not_chosen(file))
    }

    fn may_read_folder(&self, folder: &Path) -> Result<()> {
        Err(not_chosen(folder))
    }

    fn may_write_into(&self, folder: &Path) -> Result<()> {
        if folder == self.0 { Ok(()) } else { Err(not_chosen(folder)) }
    }

    fn usual_folder(&self) -> Result<PathBuf> {
        Ok(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_were_not_chosen_are_refused_before_a_job_starts() {
    let practice = Practice::start(PracticeOptions::quick()).await.expect("an instance");
    let desk = AtDesk::at(&practice).await;
    let chosen = desk.folder.path().join("chosen");
    let files = OneFolder(chosen.clone());
    let elsewhere = desk.folder.path().join("elsewhere");
    let from = DownloadFrom::Server { target_id: desk.target().await };
    let as_file = DownloadTo::File { file: elsewhere.join("a.zip").into() };
    let of_zip = |sources| ExportRequest {
        from: ExportOf::Server { attachments: true },
        ..ExportRequest::of_zip(Path::new("unused.zip"), &chosen, sources)
    };
    let requests: [JobRequest; 5] = [
        DownloadJob::into_folder("t", "a.zip", &elsewhere, IfThere::Refuse).into(),
        DownloadJob { from, path: "a.zip".into(), to: as_file, if_there: IfThere::Refuse }.into(),
        ExportRequest::of_zip(&elsewhere.join("index.zip"), &chosen, Vec::new()).into(),
        of_zip(vec![SourceChoice::Zip { zip: elsewhere.join("other.zip").into() }]).into(),
        of_zip(vec![SourceChoice::Folder { folder: chosen.clone().into() }]).into(),
    ];
    for request in requests {
        let error = desk.desk.jobs().start(request, &files).await.expect_err("refused");
        assert_eq!(error.code(), Code::InvalidRequest);
        assert_eq!(error.kind(), "not-chosen");
    }
    assert_eq!(desk.desk.ledger().jobs(&JobQuery::default()), Ok(Vec::new()), "no job began");
    assert!(!elsewhere.exists());
}
