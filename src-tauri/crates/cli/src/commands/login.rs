//! `nwdesk login`

use desk_core::desk::SignInForm;
use desk_core::server::Profile;
use desk_core::{Code, Error};
use serde_json::json;

use crate::connection::{recorded_desk, sign_in};
use crate::exit::{Ended, Exit};
use crate::output::Output;
use crate::password::PasswordSource;
use crate::stop::Stop;
use crate::way::Way;

#[derive(clap::Args)]
pub struct Args {
    /// The server's address.
    #[arg(long, value_name = "URL")]
    server: String,
    /// The administrator's e-mail.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// What to call the profile; the server's host when not given.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    way: Way,
    /// The two-step code of an authenticator app.
    #[arg(long, value_name = "CODE")]
    totp: Option<String>,
    /// Let the server remember this device: no two-step code for 30 days.
    #[arg(long)]
    remember: bool,
}

pub async fn run(args: Args, output: Output) -> Ended {
    let desk = recorded_desk()?;
    let through = args.way.form()?;
    let password = args.password.read(&args.email)?;
    let stop = Stop::listen();
    let form = SignInForm { server_url: args.server, email: args.email, password, two_step: None };
    let signed = sign_in(&desk, form, through.as_ref(), args.totp.as_deref(), args.remember, &stop).await?;
    if !signed.is_kept() {
        // What cannot be kept is of no use to the next command.
        let _ = desk.sign_out().await;
        return Err(Error::new(
            Code::KeyringUnavailable,
            "The server took the sign-in, but the keyring of this computer could not keep it.",
            "Unlock the keyring and try again, or give --server and --email with each command instead of a profile.",
        )
        .into());
    }
    let profile = match args.profile {
        Some(name) => Profile { name, ..signed.profile.clone() },
        None => signed.profile.clone(),
    };
    desk.ledger().save_profile(&profile)?;
    let text = format!(
        "Signed in to {} as {}. Use it with --profile {}.",
        profile.server_url, profile.email, profile.name
    );
    output.result(&json!({"result": profile}), &text);
    Ok(Exit::Good)
}
