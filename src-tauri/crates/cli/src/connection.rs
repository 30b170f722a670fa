//! Whom a command talks to: a server named with every call, which leaves nothing
//! behind, or a profile kept by `nwdesk login`.

mod diagnosis;

pub use diagnosis::Looked;

use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Command, FromArgMatches};
use desk_core::account::RECOMMENDED_ROUNDS;
use desk_core::app::{ActiveProfile, ConnectionForm, Desk, SignInForm, SignInResult};
use desk_core::clock::SystemClock;
use desk_core::error::{AccountDetail, TargetDetail};
use desk_core::jobs::{JobRecord, JobRequest};
use desk_core::ledger::default_folder;
use desk_core::secrets::{InMemory, Keyring};
use desk_core::server::{Profile, ServerAddress, Target, TwoStep, TwoStepMethod};
use desk_core::text;
use desk_core::text::{Noun, count};
use desk_practice::PracticeDrills;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::bars::{self, Bar};
use crate::exit::{Ended, Failure};
use crate::output::Output;
use crate::password::{self, PasswordSource};
use crate::stop::Stop;
use crate::transport_args::TransportArgs;
use crate::waiting;

/// The server and the account.
#[derive(clap::Args)]
#[group(id = "whom", required = true, multiple = false, args = ["server", "profile"])]
pub struct Connection {
    /// Server address. Nothing is saved afterwards.
    #[arg(long, value_name = "URL", requires = "email")]
    server: Option<String>,
    /// Administrator's email address.
    #[arg(long, value_name = "EMAIL", conflicts_with = "profile")]
    email: Option<String>,
    /// Profile saved by `nwdesk login`, instead of --server and --email.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    way: TransportArgs,
    /// Two-step code from an authenticator app.
    #[arg(long, value_name = "CODE")]
    totp: Option<String>,
    /// Continue even if the server asks for a weaker key derivation than before.
    #[arg(long)]
    accept_weaker_kdf: bool,
}

/// The server and the account, where one is needed.
pub struct MaybeConnection {
    connection: Connection,
    is_given: bool,
}

impl clap::Args for MaybeConnection {
    fn augment_args(command: Command) -> Command {
        Connection::augment_args(command).mut_group("whom", |group| group.required(false))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for MaybeConnection {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_given = matches.contains_id("server") || matches.contains_id("profile");
        Ok(Self { connection: Connection::from_arg_matches(matches)?, is_given })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl MaybeConnection {
    /// The server and the account, if they are named.
    pub fn given(&self) -> Option<&Connection> {
        self.is_given.then_some(&self.connection)
    }

    /// The server and the account.
    ///
    /// # Errors
    /// When neither is named.
    pub fn needed(&self) -> Ended<&Connection> {
        self.given().ok_or_else(nobody_named)
    }

    /// Comes back to a profile that something else names.
    pub async fn to_profile(&self, profile: &str, needs: Needs, output: Output) -> Ended<Connected> {
        self.connection.come_back(profile, needs, output).await
    }

    /// The same for what opens the account's own keys.
    pub async fn to_profile_with_password(
        &self,
        profile: &str,
        output: Output,
    ) -> Ended<(Connected, SecretString)> {
        self.connection.come_back_with_password(profile, output).await
    }
}

/// What a command needs to be allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// To read: a kept session is enough.
    Reading,
    /// To do what the server requires the master password for.
    Confirming,
}

/// A desk with someone signed in.
pub struct Connected {
    pub desk: Arc<Desk>,
    pub signed: Arc<ActiveProfile>,
    pub stop: Stop,
    /// Shows the jobs.
    bar: Arc<Bar>,
    /// Nothing is to be left behind, not even a session on the server.
    stateless: bool,
}

impl Connection {
    /// Signs in, or comes back to the profile.
    pub async fn connect(&self, needs: Needs, output: Output) -> Ended<Connected> {
        Ok(match (&self.profile, &self.server, &self.email) {
            (Some(profile), ..) => self.come_back(profile, needs, output).await?,
            (None, Some(server), Some(email)) => {
                self.come_by(server, email, self.password_for(server, email)?, output).await?
            }
            _ => return Err(nobody_named()),
        })
    }

    /// The same for what opens the account's own keys: with the master password,
    /// which then also confirms.
    pub async fn connect_with_password(&self, output: Output) -> Ended<(Connected, SecretString)> {
        Ok(match (&self.profile, &self.server, &self.email) {
            (Some(name), ..) => self.come_back_with_password(name, output).await?,
            (None, Some(server), Some(email)) => {
                let password = self.password_for(server, email)?;
                (self.come_by(server, email, password.clone(), output).await?, password)
            }
            _ => return Err(nobody_named()),
        })
    }

    async fn come_back_with_password(&self, name: &str, output: Output) -> Ended<(Connected, SecretString)> {
        let email = recorded_desk()?.ledger().profile(name)?.email;
        let password = self.password.read(&email)?;
        Ok((self.come_back(name, Needs::Reading, output).await?, password))
    }

    /// The profile that is named: what is recorded belongs to one.
    ///
    /// # Errors
    /// When none is named.
    pub fn saved_profile(&self) -> Ended<&str> {
        self.profile.as_deref().ok_or_else(|| {
            Failure::usage(
                "A recovery is recorded for a saved profile.",
                "Sign in with `nwdesk login`, and use --profile.",
            )
        })
    }

    /// The account's email address and master password, without going to its server.
    pub fn account(&self) -> Ended<(String, SecretString)> {
        let email = match (&self.profile, &self.email) {
            (Some(name), _) => recorded_desk()?.ledger().profile(name)?.email,
            (None, Some(email)) => email.clone(),
            (None, None) => {
                return Err(Failure::usage(
                    "No account is specified.",
                    "Use --email with an administrator of the backup, or --profile.",
                ));
            }
        };
        let password = self.password.read(&email)?;
        Ok((email, password))
    }

    /// The password for a server named; an address that will not do is refused before
    /// anyone types.
    fn password_for(&self, server: &str, email: &str) -> Ended<SecretString> {
        ServerAddress::parse_with(server, self.way.accepts_http())?;
        self.password.read(email)
    }

    /// To the server named, for this command only.
    async fn come_by(
        &self,
        server: &str,
        email: &str,
        password: SecretString,
        output: Output,
    ) -> Ended<Connected> {
        let (desk, _) = unrecorded_desk(server, email)?;
        let stop = Stop::listen();
        let signed = self.sign_in_to(&desk, server, email, password, &stop).await?;
        warn_of_weak_kdf(&signed, output);
        let bar = bars::show(desk.runner(), output, "the server");
        Ok(Connected { desk, signed, stop, bar, stateless: true })
    }

    /// Signs in to the server named, with what was requested.
    async fn sign_in_to(
        &self,
        desk: &Desk,
        server: &str,
        email: &str,
        password: SecretString,
        stop: &Stop,
    ) -> Ended<Arc<ActiveProfile>> {
        let form = SignInForm {
            server_url: server.to_owned(),
            email: email.to_owned(),
            password,
            two_step: None,
            accept_weaker_kdf: self.accept_weaker_kdf,
        };
        let through = self.way.form()?;
        sign_in(desk, form, through.as_ref(), self.totp.as_deref(), false, stop).await
    }

    /// To a profile's server, with the session that the keyring keeps.
    async fn come_back(&self, name: &str, needs: Needs, output: Output) -> Ended<Connected> {
        let desk = recorded_desk()?;
        let profile = desk.ledger().profile(name)?;
        let password = match needs {
            Needs::Reading => None,
            Needs::Confirming => Some(self.password.read(&profile.email)?),
        };
        let stop = Stop::listen();
        let resumed = stop.or(async {
            let signed = desk.sessions().resume(&profile.id).await?;
            if self.accept_weaker_kdf {
                signed.session.kdf_guard().accept_weaker();
            }
            if let Some(password) = password {
                desk.sessions().confirm(&password).await?;
            }
            Ok(signed)
        });
        let signed = waiting::during(&format!("signing in to {}", profile.server_url), resumed).await?;
        if needs == Needs::Confirming {
            warn_of_weak_kdf(&signed, output);
        }
        let bar = bars::show(desk.runner(), output, "the server");
        Ok(Connected { desk, signed, stop, bar, stateless: false })
    }
}

/// A desk while signed out, for what needs no server.
pub struct WithoutServer {
    pub desk: Arc<Desk>,
    pub stop: Stop,
    bar: Arc<Bar>,
}

/// A desk while signed out; nothing is kept afterwards.
pub fn without_server(output: Output) -> Ended<WithoutServer> {
    let desk = Desk::unrecorded(&default_folder()?, Arc::new(InMemory::new()), Arc::new(SystemClock))?;
    let stop = Stop::listen();
    let bar = bars::show(desk.runner(), output, ON_THIS_COMPUTER);
    Ok(WithoutServer { desk, stop, bar })
}

/// What a job without a server waits for before it names its first stage.
const ON_THIS_COMPUTER: &str = "reading files on this computer";

/// A desk while signed out; what is found out about files is kept, unless the records
/// cannot be opened.
pub fn on_this_computer(output: Output) -> Ended<WithoutServer> {
    let Ok(desk) = recorded_desk() else {
        output.remark("The app's records cannot be opened, so this is not recorded.");
        return without_server(output);
    };
    desk.jobs().set_drill_server(Arc::new(PracticeDrills));
    let bar = bars::show(desk.runner(), output, ON_THIS_COMPUTER);
    Ok(WithoutServer { desk, stop: Stop::listen(), bar })
}

impl WithoutServer {
    /// Runs a job to its end.
    pub async fn run(&self, work: impl Into<JobRequest>) -> Ended<JobRecord> {
        Ok(self.bar.during(self.desk.jobs().run(work, self.stop.token())).await?)
    }
}

fn nobody_named() -> Failure {
    Failure::usage("No server is specified.", "Use --server and --email, or --profile.")
}

impl Connected {
    /// What shows the jobs.
    pub fn bar(&self) -> Arc<Bar> {
        Arc::clone(&self.bar)
    }

    /// What the server's targets are, and its own words for them.
    pub async fn targets(&self) -> Ended<Vec<Target>> {
        let asked = self.stop.or(async { Ok(self.signed.session.targets().await?) });
        Ok(waiting::during("the list of targets", asked).await?.value)
    }

    /// The id of the target to work on: the one with this id or this name, or the
    /// server's first.
    pub async fn target_id(&self, named: Option<&str>) -> Ended<String> {
        Ok(chosen(&self.targets().await?, named)?.id.clone())
    }

    /// Runs a job to its end.
    pub async fn run(&self, work: impl Into<JobRequest>) -> Ended<JobRecord> {
        Ok(self.bar.during(self.desk.jobs().run(work, self.stop.token())).await?)
    }

    /// Confirms the session with the master password, unless signing in did.
    pub async fn confirm(&self, password: &SecretString) -> Ended<()> {
        if self.signed.session.can_confirm() {
            return Ok(());
        }
        self.stop.or(async { Ok(self.signed.session.confirm(password).await?) }).await
    }

    /// Runs a job on the target named, or on the server's first.
    pub async fn run_on_target<Request: Into<JobRequest>>(
        &self,
        named: Option<&str>,
        work: impl FnOnce(String) -> Request,
    ) -> Ended<JobRecord> {
        self.run(work(self.target_id(named).await?)).await
    }

    /// Ends a session that was only for this command. A server that does not
    /// response any more must not hold the end up.
    pub async fn leave(&self) {
        leave(&self.desk, self.stateless).await;
    }
}

async fn leave(desk: &Desk, stateless: bool) {
    if stateless {
        let _ = tokio::time::timeout(Duration::from_secs(5), desk.sessions().sign_out()).await;
    }
}

/// The target with this id or, if only one has it, this name; the first without either.
fn chosen<'a>(targets: &'a [Target], named: Option<&str>) -> Ended<&'a Target> {
    let Some(named) = named else {
        return targets.first().ok_or_else(|| TargetDetail::NoTarget.error().into());
    };
    if let Some(target) = targets.iter().find(|target| target.id == named) {
        return Ok(target);
    }
    let by_name: Vec<&Target> = targets.iter().filter(|target| target.name == named).collect();
    let listed = |targets: &[&Target]| {
        let each = targets.iter().map(|target| format!("{} ({})", target.name, target.id));
        each.collect::<Vec<_>>().join(", ")
    };
    match by_name.as_slice() {
        [target] => Ok(target),
        [] => {
            let all: Vec<&Target> = targets.iter().collect();
            match listed(&all) {
                none if none.is_empty() => Err(TargetDetail::NoTarget.error().into()),
                known => {
                    let (name, targets) = (named.to_owned(), text::line(&known).into());
                    Err(TargetDetail::TargetUnknown { name, targets }.error().into())
                }
            }
        }
        several => Err(Failure::usage(
            format!("Several targets are named {named}: {}.", listed(several)),
            "Use the ID of the one you mean.",
        )),
    }
}

/// The desk with the ledger and the keyring of this account.
pub fn recorded_desk() -> Ended<Arc<Desk>> {
    Ok(Desk::open(&default_folder()?, Arc::new(Keyring), Arc::new(SystemClock))?)
}

/// A desk that keeps nothing, for one server and account.
fn unrecorded_desk(server: &str, email: &str) -> Ended<(Arc<Desk>, Profile)> {
    let desk = Desk::unrecorded(&default_folder()?, Arc::new(InMemory::new()), Arc::new(SystemClock))?;
    let profile = remember_device(&desk, server, email)?;
    Ok((desk, profile))
}

/// Signs in, with a second step when the server requires one.
pub async fn sign_in(
    desk: &Desk,
    form: SignInForm,
    through: Option<&ConnectionForm>,
    totp: Option<&str>,
    remember: bool,
    stop: &Stop,
) -> Ended<Arc<ActiveProfile>> {
    let again = |two_step| SignInForm {
        server_url: form.server_url.clone(),
        email: form.email.clone(),
        password: form.password.clone(),
        two_step,
        accept_weaker_kdf: form.accept_weaker_kdf,
    };
    let cancel = stop.token();
    desk.sessions().report_waits_to(Arc::new(|update| bars::waits_of_calls(&update)));
    let what = format!("signing in to {}", form.server_url);
    let attempt = |two_step| {
        let form = again(two_step);
        waiting::during(
            &what,
            stop.or(async { Ok(desk.sessions().sign_in_until(form, through, &cancel).await?) }),
        )
    };
    let methods = match attempt(None).await? {
        SignInResult::Done(signed) => return Ok(signed),
        SignInResult::TwoStepNeeded(methods) => methods,
    };
    if !methods.contains(&TwoStepMethod::Authenticator) {
        return Err(AccountDetail::NoAuthenticator.error().into());
    }
    let code = match totp {
        Some(code) => Some(code.to_owned()),
        None => password::ask("Two-step code".to_owned(), stop).await?,
    };
    let needed = || AccountDetail::TotpNeeded.error().into();
    let code = code.filter(|code| !code.is_empty()).ok_or_else(needed)?;
    let step = TwoStep { method: TwoStepMethod::Authenticator, code: code.into(), remember };
    match attempt(Some(step)).await? {
        SignInResult::Done(signed) => Ok(signed),
        SignInResult::TwoStepNeeded(_) => Err(needed()),
    }
}

/// Says that few rounds protect the master password.
pub fn warn_of_weak_kdf(signed: &ActiveProfile, output: Output) {
    if let Some(rounds) = signed.weak_rounds() {
        output.remark(&format!(
            "WARNING: The key of {} is derived with {} of PBKDF2; {RECOMMENDED_ROUNDS} or more are recommended. Change this in the web vault: Settings, Security, Keys.",
            text::line(&signed.profile.email),
            count(rounds, Noun::KdfRound)
        ));
    }
}

/// Gives calls without state the same device every time, so that the server's
/// list of devices does not grow with every call.
fn remember_device(desk: &Desk, server: &str, email: &str) -> Ended<Profile> {
    // Whether plain http was accepted is checked before anything is sent.
    let address = ServerAddress::parse_with(server, true)?;
    let email = email.trim().to_lowercase();
    let who = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_default();
    let digest = Sha256::digest(format!("nwdesk\n{who}\n{address}\n{email}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let device = uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string();
    let profile = Profile {
        id: device.clone(),
        name: address.host(),
        server_url: address.to_string(),
        email,
        user_id: None,
        generation: None,
        device_identifier: device,
        last_used_at: None,
    };
    desk.ledger().save_profile(&profile)?;
    Ok(profile)
}
