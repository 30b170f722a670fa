//! What planning a restore asks of the server.

use std::path::Path;

use desk_core::jobs::{Outcome, RestoreSource, Watch};
use desk_practice::{Generation, PracticeOptions};

use crate::table::Table;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_refused_makes_no_export_on_the_server() {
    let table = Table::set().await;
    let exports = || table.between.seen().iter().filter(|asked| asked.ends_with("/export")).count();
    for (file, refused) in [("corpus/macosx-extras.zip", true), ("archives/local-export-complete.zip", false)]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(file);
        let source = RestoreSource::Local { path: path.to_string_lossy().into_owned() };
        let plan = table.desk.desk.plan_restore(&source, &Watch::silent()).await.expect("a plan");
        let Outcome::Done(plan) = plan else { panic!("planning did not come to its end") };
        assert_eq!(plan.blocked.is_some(), refused, "{file}");
        assert_eq!(exports(), usize::from(!refused), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_older_than_the_log_is_said_to_keep_none() {
    let table = Table::with(PracticeOptions::quick().generation(Generation::V1_5)).await;
    let error = table.desk.desk.audit(50, 0).await.expect_err("there is no log");
    assert_eq!(error.body().values.get("reason").map(String::as_str), Some("no-log"), "{error:?}");
}
