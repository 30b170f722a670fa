//! Deletions that do not come to their end: the record says what is gone and what is not.

use std::time::Duration;

use desk_core::Code;
use desk_core::checks::IntegrityLevel;
use desk_core::jobs::{JobResult, JobState};

use crate::between::Interception;
use crate::table::Table;

const FILE: &str = "/api/admin/backup/remote/file";

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_fails_midway_lists_the_deleted_files() {
    let table = Table::set().await;
    for _ in 0..3 {
        let made = table.backup().await;
        assert_eq!(made.state, JobState::Succeeded, "{made:?}");
        // Names tell the second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    let target = table.desk.target().await;
    let mut paths: Vec<String> = table.desk.zips().await.into_iter().map(|row| row.path).collect();
    paths.sort();
    paths.truncate(2);
    let plan = table.desk.desk.board().plan_delete(&target, &paths).await.expect("a plan");
    assert_eq!(plan.blocked, None);
    let mut deleted = 0;
    table.between.when(move |request| {
        if request.uri().path() != FILE {
            return Interception::Pass;
        }
        deleted += 1;
        let words = br#"{"error":"x","ErrorModel":{"Message":"WebDAV delete failed: 403"}}"#;
        let refused = Interception::Instead(409, vec![("content-type", "application/json")], words.to_vec());
        if deleted > 1 { refused } else { Interception::Pass }
    });
    let job = table.desk.run(plan).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    assert_eq!(job.error.as_ref().map(desk_core::Error::code), Some(Code::TargetFailed));
    let Some(JobResult::Delete(result)) = job.result else { panic!("no result") };
    assert_eq!((result.deleted, result.left), (vec![paths[0].clone()], vec![paths[1].clone()]));

    let rows = table.desk.zips().await;
    let left = rows.iter().find(|row| row.path == paths[1]).expect("still there");
    assert_eq!(left.integrity, IntegrityLevel::Verified, "what is known of it is not forgotten");
    assert!(rows.iter().all(|row| row.path != paths[0]));
}
