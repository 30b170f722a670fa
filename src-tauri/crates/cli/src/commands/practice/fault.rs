//! The switches of a practice instance that runs in another process.

use desk_core::Error;
use desk_core::error::PracticeDetail;
use desk_practice::{Fault, PartialResult, PracticeState, Side};
use serde_json::json;

use crate::exit::{Ended, Exit};
use crate::output::Output;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    control: Control,
    #[command(subcommand)]
    fault: Kind,
}

#[derive(clap::Args)]
pub struct Control {
    /// The control address that the practice instance printed.
    #[arg(long = "control", value_name = "URL", env = "NWDESK_PRACTICE", hide_env_values = true)]
    url: url::Url,
}

/// [`Fault`] on the command line. Files are named as in the folder of backups;
/// without a name the newest backup is meant.
#[derive(Clone, clap::Subcommand)]
enum Kind {
    /// One bit in the middle of a backup on the target flips.
    FlipBit { file: Option<String> },
    /// A backup on the target ends early.
    Truncate {
        file: Option<String>,
        /// How many bytes stay; half of them when not given.
        #[arg(long, value_name = "BYTES")]
        keep: Option<u32>,
    },
    /// Some attachment bodies disappear from the target.
    DeleteBodies {
        count: u32,
        /// The target's index forgets them too.
        #[arg(long)]
        forget: bool,
    },
    /// One attachment body, named cipherId/attachmentId, disappears from the target.
    DeleteBody {
        blob_name: String,
        /// The target's index forgets it too.
        #[arg(long)]
        forget: bool,
    },
    /// The target's index of bodies disappears.
    DeleteIndex,
    /// The attachments folder disappears from the target.
    DeleteAttachmentsFolder,
    /// JWT_SECRET becomes another one.
    ChangeJwtSecret,
    /// JWT_SECRET becomes shorter than 32 characters.
    ShortenJwtSecret,
    /// JWT_SECRET is not set any more.
    RemoveJwtSecret,
    /// The target answers everything with this status.
    TargetStatus { status: u16 },
    /// The target takes requests and never answers.
    TargetHangs,
    /// The target serves so many requests and is unreachable then.
    TargetFailsAfter { requests: u32 },
    /// The server cannot reach its target, and others can.
    TargetBlocksServer,
    /// A run fails like a worker with too many calls when it has to upload more bodies than this.
    SubrequestLimit { bodies: u32 },
    /// The target is full.
    FillTarget,
    /// Every answer of a side takes longer.
    Latency { side: SideKind, milliseconds: u32 },
    /// Connections to a side die half-way.
    DropConnections { side: SideKind },
    /// The server stops in the middle of the next restore.
    StopDuringRestore {
        /// Only once it has switched to the restored data.
        #[arg(long)]
        restored: bool,
    },
    /// Restores answer that less was taken in than the backup holds.
    PartialRestore { result: PartialKind },
    /// The stored backup settings are wrapped for nobody any more; it shows once they
    /// need repair.
    RemoveWraps {
        /// The e-mail of an administrator whose wrap stays.
        #[arg(long, value_name = "EMAIL")]
        keep: Option<String>,
    },
    /// The stored backup settings lose the part that administrators can open.
    RemovePortablePart,
    /// A backup of another instance is restored over this one.
    RestoreOtherInstance {
        /// Its backup settings are wrapped for the administrator as well.
        #[arg(long)]
        wrapped: bool,
    },
    /// The server asks for PBKDF2 with this many rounds.
    WeakDerivation { iterations: u32 },
    /// Everything that was switched on goes off again; removed wraps stay away, and what
    /// was restored stays.
    RestoreNormal,
}

/// [`PartialResult`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum PartialKind {
    NoItems,
    SomeItems,
    FewerBodies,
    SkippedWithoutItems,
}

impl From<PartialKind> for PartialResult {
    fn from(kind: PartialKind) -> Self {
        match kind {
            PartialKind::NoItems => Self::NoItems,
            PartialKind::SomeItems => Self::SomeItems,
            PartialKind::FewerBodies => Self::FewerBodies,
            PartialKind::SkippedWithoutItems => Self::SkippedWithoutItems,
        }
    }
}

/// [`Side`] on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum SideKind {
    Server,
    Target,
}

impl From<SideKind> for Side {
    fn from(side: SideKind) -> Self {
        match side {
            SideKind::Server => Self::Server,
            SideKind::Target => Self::Target,
        }
    }
}

impl From<Kind> for Fault {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::FlipBit { file } => Self::FlipBit { file },
            Kind::Truncate { file, keep } => Self::Truncate { file, keep },
            Kind::DeleteBodies { count, forget } => Self::DeleteBodies { count, forget },
            Kind::DeleteBody { blob_name, forget } => Self::DeleteBody { blob_name, forget },
            Kind::DeleteIndex => Self::DeleteIndex,
            Kind::DeleteAttachmentsFolder => Self::DeleteAttachmentsFolder,
            Kind::ChangeJwtSecret => Self::ChangeJwtSecret,
            Kind::ShortenJwtSecret => Self::ShortenJwtSecret,
            Kind::RemoveJwtSecret => Self::RemoveJwtSecret,
            Kind::TargetStatus { status } => Self::TargetStatus { status },
            Kind::TargetHangs => Self::TargetHangs,
            Kind::TargetFailsAfter { requests } => Self::TargetFailsAfter { requests },
            Kind::TargetBlocksServer => Self::TargetBlocksServer,
            Kind::SubrequestLimit { bodies } => Self::SubrequestLimit { bodies },
            Kind::FillTarget => Self::FillTarget,
            Kind::Latency { side, milliseconds } => Self::Latency { side: side.into(), milliseconds },
            Kind::DropConnections { side } => Self::DropConnections { side: side.into() },
            Kind::StopDuringRestore { restored } => Self::StopDuringRestore { restored },
            Kind::PartialRestore { result } => Self::PartialRestore { result: result.into() },
            Kind::RemoveWraps { keep } => Self::RemoveWraps { keep },
            Kind::RemovePortablePart => Self::RemovePortablePart,
            Kind::RestoreOtherInstance { wrapped } => Self::RestoreOtherInstance { wrapped },
            Kind::WeakDerivation { iterations } => Self::WeakDerivation { iterations },
            Kind::RestoreNormal => Self::RestoreNormal,
        }
    }
}

/// Injects the fault.
pub async fn inject(args: &Args, output: Output) -> Ended {
    let fault = Fault::from(args.fault.clone());
    let request = client()?.post(args.control.at("fault")?).json(&fault);
    tell(&answer(request).await?, output)
}

/// Says how the instance stands.
pub async fn state(control: &Control, output: Output) -> Ended {
    let request = client()?.get(control.at("state")?);
    tell(&answer(request).await?, output)
}

fn tell(state: &PracticeState, output: Output) -> Ended {
    let text = format!(
        "{}\n  JWT_SECRET      {}\n  target          {}\n  backups         {}\n  bodies there    {}\n  accounts        {}\n  vault items     {}\n  attachments     {}",
        state.server_url,
        state.jwt_secret,
        state.target,
        if state.backups.is_empty() { "none".to_owned() } else { state.backups.join(", ") },
        state.target_bodies,
        state.users,
        state.ciphers,
        state.attachments,
    );
    output.result(&json!({"result": state}), &text);
    Ok(Exit::Good)
}

impl Control {
    fn at(&self, what: &str) -> Ended<url::Url> {
        self.url.join(what).map_err(|_| {
            crate::exit::Failure::usage("This is no control address.", "Use the one that `practice` printed.")
        })
    }
}

fn client() -> Ended<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build().map_err(|error| unreachable_instance(&error))
}

async fn answer(request: reqwest::RequestBuilder) -> Ended<PracticeState> {
    let response = request.send().await.map_err(|error| unreachable_instance(&error))?;
    if response.status() == reqwest::StatusCode::UNAUTHORIZED {
        return Err(PracticeDetail::PracticeAddressUnknown.error().into());
    }
    if !response.status().is_success() {
        let error: Error = response.json().await.map_err(|error| unreachable_instance(&error))?;
        return Err(error.into());
    }
    response.json().await.map_err(|error| unreachable_instance(&error))
}

fn unreachable_instance(error: &reqwest::Error) -> crate::exit::Failure {
    let failed = PracticeDetail::PracticeUnreachable.error();
    // The address carries the key: it stays out of the message.
    failed.original(error.to_string().split(" for url").next().unwrap_or_default()).into()
}
