//! Jobs whose outcome was not known are checked again, and the record shows the outcome then.

use desk_core::Error;
use desk_core::error::LostBecause;
use desk_core::jobs::{JobRecord, JobResult, JobState, RestoreSource};

use crate::between::Interception;
use crate::table::{LIST, LOG, REPAIR, RESTORE, RUN, SETTINGS, Table};

fn found(job: &JobRecord) -> String {
    job.error.as_ref().map(Error::kind).unwrap_or_default()
}

impl Table {
    /// Restores the first backup while the response is lost in this way.
    async fn loses_a_restore(&self, fault: Interception, silent: &'static [&'static str]) -> JobRecord {
        let source = RestoreSource::Remote {
            target_id: self.desk.target().await,
            path: self.desk.zips().await[0].path.clone(),
        };
        let plan = self.desk.confirmed_plan(source).await;
        self.loses(RESTORE, fault, silent);
        self.desk.run(plan).await
    }

    fn record(&self, id: i64) -> JobRecord {
        self.desk.desk.ledger().job(id).expect("a ledger").expect("a job")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_with_unknown_outcome_is_found_when_the_server_is_back() {
    let table = Table::set().await;
    table.loses(RUN, Interception::DropAfter, &[SETTINGS, LOG, LIST]);
    let job = table.backup().await;
    assert_eq!(job.state, JobState::Unknown);
    let because = job.error.as_ref().and_then(|error| error.context().lost_because);
    assert_eq!((&*found(&job), because), ("outcome-silent", Some(LostBecause::Lost)));
    assert!(table.record(job.id).can_recheck);

    table.between.when(|_| Interception::Pass);
    let found = table.desk.desk.jobs().recheck_outcome(job.id).await.expect("looked");
    assert_eq!(found.state, JobState::Attention, "made, and not read back: {found:?}");
    let Some(JobResult::Backup(backup)) = &found.result else { panic!("no backup") };
    assert_eq!(table.practice.state().expect("a state").backups, std::slice::from_ref(&backup.file_name));
    assert_eq!((found.error.clone(), found.can_recheck), (None, false));
    assert_eq!(table.record(job.id), found, "the record tells it from now on");
    assert!(
        table.desk.desk.jobs().recheck_outcome(job.id).await.is_err(),
        "there is nothing more to be found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_a_hint_and_the_next_sign_in_confirms_it() {
    let table = Table::set().await;
    table.backup().await;
    let job = table.loses_a_restore(Interception::DropAfter, &[]).await;
    assert_eq!((job.state, &*found(&job)), (JobState::Unknown, "outcome-likely-restored"), "{job:?}");
    let copy = job.safety_copy.clone().expect("what was there before is kept");
    assert!(std::path::Path::new(&copy).is_file());

    table.sign_in_again().await;
    table.desk.desk.jobs().recheck_outcomes().await;
    let found = table.record(job.id);
    assert_eq!(self::found(&found), "outcome-restored", "{found:?}");
    assert_eq!((found.can_recheck, found.safety_copy), (false, Some(copy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_while_a_restore_is_open_proves_nothing() {
    let table = Table::set().await;
    table.backup().await;
    // Never received by the server; and the person signs out while it is looked for.
    let desk = std::sync::Arc::clone(&table.desk.desk);
    let source = RestoreSource::Remote {
        target_id: table.desk.target().await,
        path: table.desk.zips().await[0].path.clone(),
    };
    let plan = table.desk.confirmed_plan(source).await;
    table.loses(RESTORE, Interception::DropBefore, &[REPAIR, LOG]);
    let asked = async {
        let seen = || table.between.seen().iter().any(|asked| asked.ends_with(RESTORE));
        while !seen() {
            tokio::task::yield_now().await;
        }
        desk.sessions().sign_out().await.expect("signed out")
    };
    let (job, _) = tokio::join!(table.desk.run(plan), asked);
    assert_eq!((job.state, &*found(&job)), (JobState::Unknown, "outcome-silent"), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_another_profile_is_not_checked_with_this_session() {
    let table = Table::set().await;
    table.loses(RUN, Interception::DropAfter, &[SETTINGS, LOG, LIST]);
    let job = table.backup().await;
    // The same server under another address is another profile.
    table.desk.sign_in(&table.practice).await;
    let error = table.desk.desk.jobs().recheck_outcome(job.id).await.expect_err("not this one");
    assert_eq!(error.kind(), "other-profile");
    assert!(table.record(job.id).can_recheck, "it waits for its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_outage_after_the_call_is_waited_for() {
    let table = Table::set().await;
    let mut silent_for = 12;
    let mut lost = false;
    table.between.when(move |request| match request.uri().path() {
        RUN => {
            lost = true;
            Interception::DropAfter
        }
        _ if lost && silent_for > 0 => {
            silent_for -= 1;
            Interception::DropBefore
        }
        _ => Interception::Pass,
    });
    table.desk.desk.sessions().set_timeouts(crate::table::hasty());
    let timeouts =
        desk_core::server::Timeouts { outage: std::time::Duration::from_secs(60), ..crate::table::hasty() };
    table.desk.desk.sessions().set_timeouts(timeouts);
    let id = table.session().profile.id.clone();
    table.desk.desk.sessions().resume(&id).await.expect("the new timeouts holds");
    table
        .desk
        .desk
        .sessions()
        .needs_signed()
        .expect("signed in")
        .session
        .confirm(&table.practice.admin_password())
        .await
        .expect("confirmed");
    let job = table.backup().await;
    assert_eq!(job.state, JobState::Succeeded, "more silence than looks: {job:?}");
}
