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
    /// Control address printed by the practice instance.
    #[arg(long = "control", value_name = "URL", env = "NWDESK_PRACTICE", hide_env_values = true)]
    url: url::Url,
}

/// [`Fault`] on the command line. Files are named as in the folder of backups;
/// without a name the newest backup is meant.
#[derive(Clone, clap::Subcommand)]
enum Kind {
    /// Flip one bit in the middle of a backup on the target.
    FlipBit { file: Option<String> },
    /// Truncate a backup on the target.
    Truncate {
        file: Option<String>,
        /// Number of bytes to keep (default: half).
        #[arg(long, value_name = "BYTES")]
        keep: Option<u32>,
    },
    /// Delete some attachment contents from the target.
    DeleteBodies {
        count: u32,
        /// Also remove them from the target's attachment index.
        #[arg(long)]
        forget: bool,
    },
    /// Delete one attachment content (cipherId/attachmentId) from the target.
    DeleteBody {
        blob_name: String,
        /// Also remove it from the target's attachment index.
        #[arg(long)]
        forget: bool,
    },
    /// Delete the target's attachment index.
    DeleteIndex,
    /// Delete the attachments folder from the target.
    DeleteAttachmentsFolder,
    /// Change JWT_SECRET.
    ChangeJwtSecret,
    /// Shorten JWT_SECRET to less than 32 characters.
    ShortenJwtSecret,
    /// Remove JWT_SECRET.
    RemoveJwtSecret,
    /// Make the target return this status for every request.
    TargetStatus { status: u16 },
    /// Make the target accept requests and never respond.
    TargetHangs,
    /// Make the target unreachable after this many requests.
    TargetFailsAfter { requests: u32 },
    /// Make the target refuse only the server.
    TargetBlocksServer,
    /// Make a run fail as if it had too many subrequests when it uploads more bodies than this.
    SubrequestLimit { bodies: u32 },
    /// Make the target full.
    FillTarget,
    /// Delay every response of a side.
    Latency { side: SideKind, milliseconds: u32 },
    /// Interrupt connections to a side.
    DropConnections { side: SideKind },
    /// Stop the server in the middle of the next restore.
    StopDuringRestore {
        /// Only after it has switched to the restored data.
        #[arg(long)]
        restored: bool,
    },
    /// Make restores report less than the backup contains.
    PartialRestore { result: PartialKind },
    /// Remove all administrators' keys from the stored backup settings. The effect shows once they
    /// need repair.
    RemoveWraps {
        /// Email address of an administrator whose key stays.
        #[arg(long, value_name = "EMAIL")]
        keep: Option<String>,
    },
    /// Remove the portable part of the stored backup settings.
    RemovePortablePart,
    /// Restore a backup of another instance.
    RestoreOtherInstance {
        /// Also encrypt its backup settings for the administrator.
        #[arg(long)]
        wrapped: bool,
    },
    /// Make the server ask for PBKDF2 with this many iterations.
    WeakDerivation { iterations: u32 },
    /// Turn off all faults. Removed keys and restored data are not brought back.
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
        "{}\n  JWT_SECRET      {}\n  target          {}\n  backups         {}\n  bodies          {}\n  accounts        {}\n  vault items     {}\n  attachments     {}",
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
            crate::exit::Failure::usage(
                "This is not a control address.",
                "Use the address printed by `practice`.",
            )
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
