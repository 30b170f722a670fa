//! Whole jobs, run at a desk against practice instances.

#[path = "jobs/bad_input.rs"]
mod bad_input;
#[path = "jobs/drills.rs"]
mod drills;
#[path = "jobs/main_job.rs"]
mod main_job;
#[path = "jobs/requests.rs"]
mod requests;
#[path = "jobs/restores.rs"]
mod restores;
#[path = "jobs/sharing.rs"]
mod sharing;
#[path = "jobs/space.rs"]
mod space;
#[path = "jobs/suspicious.rs"]
mod suspicious;
#[path = "jobs/target_work.rs"]
mod target_work;
