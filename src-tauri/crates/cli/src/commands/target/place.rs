//! Which target is meant: one of a server, a folder, a share or a bucket.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk_core::app::Desk;
use desk_core::error::CommandDetail;
use desk_core::granted::AllGranted;
use desk_core::jobs::{HealFrom, HealPlan, JobRecord, JobRequest, Outcome, TargetChoice, Watch};
use desk_core::places::{AddressingStyle, Location, Provider};
use desk_core::targets::Reach;
use desk_core::{Error, text};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::bars::{self, Bar};
use crate::connection::{Connected, MaybeConnection, recorded_desk};
use crate::exit::{Ended, Failure};
use crate::output::Output;
use crate::stop::Stop;
use crate::waiting;

/// The target.
#[derive(clap::Args)]
pub struct Place {
    /// Target of the server (ID or name). With --folder, --webdav or --s3, these are another way to
    /// the same folder.
    #[arg(long, value_name = "ID")]
    target: Option<String>,
    /// Name of a desk target of this computer.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["target", "folder", "webdav", "s3"])]
    desk_target: Option<String>,
    /// Folder with the layout of a target.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["webdav", "s3"])]
    folder: Option<PathBuf>,
    /// WebDAV folder.
    #[arg(long, value_name = "URL", requires = "credentials", conflicts_with = "s3")]
    webdav: Option<String>,
    /// Bucket and folder: https://ENDPOINT/BUCKET/FOLDER.
    #[arg(long, value_name = "URL", requires = "credentials")]
    s3: Option<String>,
    /// File with the login, one setting per line: username=, password=; or access_key_id=,
    /// secret_access_key=, region=, addressing=path or virtual.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// PEM file with a certificate authority to trust for the target.
    #[arg(long, value_name = "FILE")]
    target_ca_file: Option<PathBuf>,
    /// Accept plain http to the target. This exposes its login and the backups to the network.
    #[arg(long)]
    accept_target_http: bool,
    #[command(flatten)]
    connection: MaybeConnection,
}

/// A target that can be worked on.
pub struct Reached {
    pub desk: Arc<Desk>,
    pub target: TargetChoice,
    pub stop: Stop,
    /// Shows the jobs.
    bar: Arc<Bar>,
    target_id: Option<String>,
    connected: Option<Connected>,
    accepts_http: bool,
}

impl Place {
    /// Opens the way to the target. `needs_server`: it is asked for things as well.
    pub async fn reach(&self, needs_server: bool, output: Output) -> Ended<Reached> {
        let direct = self.direct().await?;
        if let (Some(target), false) = (&direct, needs_server) {
            let desk = recorded_desk()?;
            return Ok(Reached {
                bar: bars::show(desk.runner(), output, "the target"),
                desk,
                target: target.clone(),
                stop: Stop::listen(),
                target_id: None,
                connected: None,
                accepts_http: self.accept_target_http,
            });
        }
        let of_desk_target = match &self.desk_target {
            Some(name) => Some(recorded_desk()?.ledger().desk_target(name)?.profile_id),
            None => None,
        };
        let connecting = match (self.connection.given(), of_desk_target) {
            (Some(connection), _) => Some(connection.connect_with_password(output).await?),
            (None, Some(profile)) => Some(self.connection.to_profile_with_password(&profile, output).await?),
            (None, None) => None,
        };
        let Some((connected, password)) = connecting else {
            return Err(if needs_server {
                Failure::usage("No server is specified.", "Use --server and --email, or --profile.")
            } else {
                Failure::usage(
                    "No target is specified.",
                    "Use --profile and --target, --desk-target, --folder, --webdav or --s3.",
                )
            });
        };
        connected.confirm(&password).await?;
        let target_id = match (&direct, &self.target) {
            (Some(_), None) => None,
            (_, named) => Some(connected.target_id(named.as_deref()).await?),
        };
        let target = match (direct, &target_id) {
            (Some(target), _) => target,
            (None, id) => self.of_server(&connected, id.clone().unwrap_or_default(), &password).await?,
        };
        Ok(Reached {
            desk: Arc::clone(&connected.desk),
            target,
            stop: connected.stop.clone(),
            bar: connected.bar(),
            target_id,
            connected: Some(connected),
            accepts_http: self.accept_target_http,
        })
    }

    async fn direct(&self) -> Ended<Option<TargetChoice>> {
        if let Some(name) = &self.desk_target {
            return Ok(Some(recorded_desk()?.desk_targets().choice(name).await?));
        }
        if let Some(folder) = &self.folder {
            return Ok(Some(TargetChoice::Folder { folder: folder.into() }));
        }
        let reach = Reach { http_accepted: self.accept_target_http, ca_file: self.target_ca_file.clone() };
        typed(self.webdav.as_deref(), self.s3.as_deref(), self.credentials.as_deref(), reach)
    }

    async fn of_server(
        &self,
        connected: &Connected,
        destination_id: String,
        password: &SecretString,
    ) -> Ended<TargetChoice> {
        let opening = connected
            .stop
            .or(async { Ok(connected.desk.target_access().open_server_settings(password).await?) });
        let opened = waiting::during("the settings of the server", opening).await?;
        Ok(TargetChoice::Opened {
            handle: opened.handle,
            destination_id,
            http_accepted: self.accept_target_http,
        })
    }
}

impl Reached {
    /// Runs a job to its end.
    pub async fn run(&self, work: impl Into<JobRequest>) -> Ended<JobRecord> {
        Ok(self.bar.during(self.desk.jobs().run(work, self.stop.token())).await?)
    }

    /// Plans healing.
    pub async fn plan(&self, sources: &[HealFrom], output: Output) -> Ended<HealPlan> {
        let bar = Arc::new(Bar::for_output(output, "the target"));
        let progress = Arc::clone(&bar);
        let watch = Watch { progress, cancel: self.stop.token(), ..Watch::silent() };
        let planning = self.desk.jobs().plan_heal(self.target.clone(), sources.to_vec(), &AllGranted, &watch);
        match bar.during(planning).await? {
            Outcome::Done(plan) => Ok(plan),
            Outcome::Stopped | Outcome::Unknown(_) => Err(Failure::Cancelled),
        }
    }

    /// The target's id at its server.
    pub fn target_id(&self) -> Option<String> {
        self.target_id.clone()
    }

    /// Ends a session that was only for this command.
    pub async fn leave(&self) {
        if let Some(connected) = &self.connected {
            connected.leave().await;
        }
    }
}

/// One of the ways to name the second place of a copy.
const WHERE_TO: &str = "where_to";

/// The second place of a copy.
#[derive(clap::Args)]
#[group(skip)]
#[command(group(clap::ArgGroup::new(WHERE_TO).required(true)))]
pub struct CopyPlace {
    /// Copy to a folder.
    #[arg(long, value_name = "DIR", group = WHERE_TO)]
    to_folder: Option<PathBuf>,
    /// Copy to a WebDAV folder.
    #[arg(long, value_name = "URL", requires = "to_credentials", group = WHERE_TO)]
    to_webdav: Option<String>,
    /// Copy to a bucket: https://ENDPOINT/BUCKET/FOLDER.
    #[arg(long, value_name = "URL", requires = "to_credentials", group = WHERE_TO)]
    to_s3: Option<String>,
    /// Copy to another target of the same server (ID).
    #[arg(long, value_name = "ID", group = WHERE_TO)]
    to_target: Option<String>,
    /// Copy to the place of a desk target of this computer, by its name.
    #[arg(long, value_name = "NAME", group = WHERE_TO)]
    to_desk_target: Option<String>,
    /// File with the login of the second location, as for --credentials.
    #[arg(long, value_name = "FILE")]
    to_credentials: Option<PathBuf>,
}

impl CopyPlace {
    /// The second place.
    pub async fn choice(&self, from: &Reached) -> Ended<TargetChoice> {
        if let Some(name) = &self.to_desk_target {
            return Ok(from.desk.desk_targets().choice(name).await?);
        }
        if let Some(folder) = &self.to_folder {
            std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
            return Ok(TargetChoice::Folder { folder: folder.into() });
        }
        if let Some(id) = &self.to_target {
            let TargetChoice::Opened { handle, http_accepted, .. } = &from.target else {
                return Err(Failure::usage(
                    "--to-target requires the server that has both targets.",
                    "Use --profile and --target for the first one.",
                ));
            };
            return Ok(TargetChoice::Opened {
                handle: handle.clone(),
                destination_id: id.clone(),
                http_accepted: *http_accepted,
            });
        }
        let reach = Reach { http_accepted: from.accepts_http, ca_file: None };
        let typed =
            typed(self.to_webdav.as_deref(), self.to_s3.as_deref(), self.to_credentials.as_deref(), reach)?;
        typed.ok_or_else(|| {
            Failure::usage(
                "No second location is specified.",
                "Use --to-folder, --to-webdav, --to-s3, --to-target or --to-desk-target.",
            )
        })
    }
}

/// A share or a bucket that is typed, with its login from a file.
pub fn typed(
    webdav: Option<&str>,
    s3: Option<&str>,
    credentials: Option<&Path>,
    reach: Reach,
) -> Ended<Option<TargetChoice>> {
    let (url, provider) = match (webdav, s3) {
        (Some(url), _) => (url, Provider::Webdav),
        (None, Some(url)) => (url, Provider::S3),
        (None, None) => return Ok(None),
    };
    let Some(file) = credentials else {
        return Err(Failure::usage(
            "The login of the target is missing.",
            "Provide a file with it with --credentials.",
        ));
    };
    let login = Login::read(file)?;
    let mut location = Location::at(provider, url);
    let secret = match &mut location {
        Location::Webdav(place) => {
            login.get("username").unwrap_or_default().clone_into(&mut place.username);
            login.get("password")
        }
        Location::S3(place) => {
            login.get("access_key_id").unwrap_or_default().clone_into(&mut place.access_key_id);
            login.get("region").unwrap_or("auto").clone_into(&mut place.region);
            if login.get("addressing") == Some("virtual") {
                place.addressing_style = AddressingStyle::VirtualHostedStyle;
            }
            login.get("secret_access_key")
        }
        Location::Other(_) => None,
    };
    let Some(secret) = secret else {
        return Err(Failure::usage(
            format!("{} contains no password or secret key.", file.display()),
            "Write one setting per line: username=, password=; or access_key_id=, secret_access_key=.",
        ));
    };
    let secret = SecretString::from(secret);
    Ok(Some(TargetChoice::Typed { location: Box::new(location), secret, reach }))
}

/// The lines of a file with a login.
struct Login(Zeroizing<String>);

impl Login {
    fn read(file: &Path) -> Ended<Self> {
        /// More than any login has, in bytes.
        const LARGEST: usize = 64 << 10;
        let opened = File::open(file).map_err(|error| Error::file(file, &error))?;
        let text = text::read_text(opened, LARGEST, &file.display().to_string())?;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            let name = line.split_once('=').map(|(name, _)| name.trim());
            let is_known = matches!(
                name,
                Some(
                    "username" | "password" | "access_key_id" | "secret_access_key" | "region" | "addressing"
                )
            );
            if !line.is_empty() && !is_known {
                // The line itself may be a secret.
                let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
                let path = file.display().to_string();
                return Err(CommandDetail::NotALoginLine { line, path }.error().into());
            }
        }
        Ok(Self(text))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut lines = self.0.lines().filter_map(|line| line.trim().split_once('='));
        lines
            .find(|(one, _)| one.trim() == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }
}
