//! `nwdesk practice`

mod demo;
mod fault;

use std::path::PathBuf;

use desk_core::archive::Storage;
use desk_practice::{Contents, Generation, Practice, PracticeOptions, Sample};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::inspect::StorageKind;
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::stop::Stop;
use crate::waiting;

/// Start a practice instance: a NodeWarden-compatible server and a WebDAV target on this computer,
/// with sample data. Prints the addresses and the sign-in, and runs until Ctrl+C.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    switch: Option<Switch>,
    /// Run a demonstration of backup and restore with two practice instances instead, and print
    /// each step and the skipped list.
    #[arg(long)]
    demo: bool,
    /// Folder for the data. An existing instance there is opened.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Server port; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Target port; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    target_port: u16,
    /// Serve this folder as the target, such as another instance's target folder.
    #[arg(long, value_name = "DIR")]
    shared_target: Option<PathBuf>,
    /// Attachment storage of the server.
    #[arg(long, value_enum, default_value = "r2")]
    storage: StorageKind,
    /// API generation of the server.
    #[arg(long, value_enum, default_value = "current")]
    generation: GenerationKind,
    /// Email address of the first administrator.
    #[arg(long, value_name = "EMAIL", default_value = "admin@practice.test")]
    admin_email: String,
    /// Read the first administrator's master password from stdin (default: a generated one).
    #[arg(long)]
    password_stdin: bool,
    /// Only an administrator, without sample data.
    #[arg(long, conflicts_with = "unregistered")]
    empty: bool,
    /// No registered accounts.
    #[arg(long)]
    unregistered: bool,
    #[command(flatten)]
    sample: SampleArgs,
}

#[derive(clap::Args)]
struct SampleArgs {
    /// Number of vault items.
    #[arg(long, value_name = "N")]
    ciphers: Option<u32>,
    /// Number of folders.
    #[arg(long, value_name = "N")]
    folders: Option<u32>,
    /// Number of attachments.
    #[arg(long, value_name = "N")]
    attachments: Option<u32>,
    /// Size of the largest attachment.
    #[arg(long, value_name = "BYTES")]
    largest_attachment: Option<u32>,
    /// Number of accounts besides the administrator.
    #[arg(long, value_name = "N")]
    members: Option<u32>,
    /// Seed of the sample data. The same number gives the same data.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum GenerationKind {
    Current,
    #[value(name = "1.5")]
    V1_5,
}

#[derive(clap::Subcommand)]
enum Switch {
    /// Turn a fault on or off in a running practice instance.
    Fault(fault::Args),
    /// Show the state of a running practice instance.
    State(fault::Control),
}

pub async fn run(args: Args, output: Output) -> Ended {
    match &args.switch {
        Some(Switch::Fault(args)) => fault::inject(args, output).await,
        Some(Switch::State(control)) => fault::state(control, output).await,
        None if args.demo => demo::run(&args.sample.sample(&demo::SAMPLE), output).await,
        None => serve(args, output).await,
    }
}

async fn serve(args: Args, output: Output) -> Ended {
    let stop = Stop::listen().token();
    let starting = Practice::start(args.options()?);
    let practice = waiting::during("the practice instance to start", starting).await?;
    let (user, password) = practice.webdav_credentials();
    let value = json!({
        "serverUrl": practice.server_url(),
        "email": practice.admin_email(),
        "password": practice.admin_password().expose_secret(),
        "targetFolder": practice.target_folder(),
        "backupsFolder": practice.backups_folder(),
        "webdavUrl": practice.webdav_url(),
        "webdavUser": user,
        "webdavPassword": password.expose_secret(),
        "controlUrl": practice.control_url(),
    });
    let text = format!(
        "A practice instance is running. It is only for practice, and all its data is made up.\n\
         \n  address         {}\n  email           {}\n  password        {}\n  target folder   {}\n  control         {}\n\
         \nCtrl-C ends it.",
        practice.server_url(),
        practice.admin_email(),
        practice.admin_password().expose_secret(),
        practice.target_folder().display(),
        practice.control_url(),
    );
    output.result(&value, &text);
    stop.cancelled().await;
    practice.stop().await;
    Ok(Exit::Good)
}

impl Args {
    fn options(&self) -> Ended<PracticeOptions> {
        let contents = match (self.empty, self.unregistered) {
            (true, _) => Contents::Administrator,
            (_, true) => Contents::Unregistered,
            _ => Contents::Sample(self.sample.sample(&Sample::default())),
        };
        let admin_password =
            if self.password_stdin { Some(crate::password::first_line_of_stdin()?) } else { None };
        Ok(PracticeOptions {
            data_folder: self.data.clone(),
            contents,
            storage: Storage::from(self.storage),
            generation: match self.generation {
                GenerationKind::Current => Generation::Current,
                GenerationKind::V1_5 => Generation::V1_5,
            },
            port: self.port,
            target_port: self.target_port,
            admin_email: self.admin_email.clone(),
            admin_password,
            shared_target: self.shared_target.clone(),
            ..PracticeOptions::default()
        })
    }
}

impl SampleArgs {
    fn sample(&self, usual: &Sample) -> Sample {
        Sample {
            ciphers: self.ciphers.unwrap_or(usual.ciphers),
            folders: self.folders.unwrap_or(usual.folders),
            attachments: self.attachments.unwrap_or(usual.attachments),
            largest_attachment: self.largest_attachment.unwrap_or(usual.largest_attachment),
            all_largest: usual.all_largest,
            members: self.members.unwrap_or(usual.members),
            seed: self.seed.unwrap_or(usual.seed),
        }
    }
}
