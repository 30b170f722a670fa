//! `nwdesk login`

use desk_core::app::{Desk, SignInForm};
use desk_core::error::AccountDetail;
use desk_core::server::Profile;
use serde_json::json;

use crate::connection::{recorded_desk, sign_in, warn_of_weak_kdf};
use crate::exit::{Ended, Exit, Failure};
use crate::output::Output;
use crate::password::{self, PasswordSource};
use crate::stop::Stop;
use crate::transport_args::TransportArgs;
use crate::words::{plain, quoted};

#[derive(clap::Args)]
pub struct Args {
    /// Server address.
    #[arg(long, value_name = "URL")]
    server: String,
    /// Administrator's email address.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// Profile name (default: the server's host name).
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Allow --profile to rename the existing profile of this account.
    #[arg(long, requires = "profile")]
    rename: bool,
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
    /// Let the server remember this device, so that no two-step code is needed for 30 days.
    #[arg(long)]
    remember: bool,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let desk = recorded_desk()?;
    let stop = Stop::listen();
    let name = wanted_name(&desk, &args, output, &stop).await?;
    let through = args.way.form()?;
    let password = args.password.read(&args.email)?;
    let form = SignInForm {
        server_url: args.server,
        email: args.email,
        password,
        two_step: None,
        accept_weaker_kdf: args.accept_weaker_kdf,
    };
    let signed = sign_in(&desk, form, through.as_ref(), args.totp.as_deref(), args.remember, &stop).await?;
    warn_of_weak_kdf(&signed, output);
    if !signed.is_kept() {
        // What cannot be kept is of no use to the next command.
        let _ = desk.sessions().sign_out().await;
        return Err(AccountDetail::SessionNotKept.error().into());
    }
    let profile = match name {
        Some(name) => desk.ledger().rename_profile(&signed.profile.id, &name)?,
        None => signed.profile.clone(),
    };
    let text = format!(
        "Signed in to {} as {}. Use it with --profile {}.",
        plain(&profile.server_url),
        plain(&profile.email),
        quoted(&profile.name)
    );
    output.result(&json!({"result": profile}), &text);
    Ok(Exit::Good)
}

/// The name that was requested, if it can be had. This is known before anyone types
/// a password: no profile is renamed or hidden by accident. On a terminal a person is
/// asked; elsewhere it is refused.
async fn wanted_name(desk: &Desk, args: &Args, output: Output, stop: &Stop) -> Ended<Option<String>> {
    let known = desk.sessions().known_profile(&args.server, &args.email)?;
    let Some(name) = &args.profile else { return Ok(None) };
    let mut name = name.clone();
    let free = loop {
        match desk.ledger().free_name(&name, known.as_ref().map(|known| known.id.as_str())) {
            Ok(free) => break free,
            Err(error) => {
                let question = format!("{error} Another name for {} on {}", args.email, args.server);
                match asked(question, output, stop).await?.filter(|answer| !answer.is_empty()) {
                    Some(answer) => name = answer,
                    None => return Err(Failure::from(error).with_exit(Exit::Usage)),
                }
            }
        }
    };
    let Some(Profile { name: kept, email, server_url, .. }) = known else { return Ok(Some(free)) };
    if kept == free || args.rename {
        return Ok(Some(free));
    }
    let message = format!("{email} on {server_url} is already saved as the profile {kept}.");
    let question = format!("{message} Rename it to {free}? [y/N]");
    match asked(question, output, stop).await?.as_deref() {
        Some("y" | "Y" | "yes") => Ok(Some(free)),
        _ => Err(Failure::usage(
            message,
            format!("Use --profile {kept}, or add --rename to rename it to {free}."),
        )),
    }
}

/// What a person on a terminal replies; nothing where scripts read along.
async fn asked(question: String, output: Output, stop: &Stop) -> Ended<Option<String>> {
    if output.is_json() { Ok(None) } else { password::ask(question, stop).await }
}
