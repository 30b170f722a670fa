//! Passwords and codes: from a prompt, from stdin or from the environment, never
//! from an argument, where every process of this computer could read it.

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use desk_core::error::AccountDetail;
use desk_core::text;
use secrecy::SecretString;

use crate::exit::{Ended, Exit, Failure};
use crate::stop::Stop;

const VARIABLE: &str = "NWDESK_PASSWORD";

/// Where the master password comes from.
#[derive(clap::Args)]
pub struct PasswordSource {
    /// Read the master password from the first line of stdin.
    #[arg(long)]
    pub password_stdin: bool,
}

impl PasswordSource {
    /// The master password of `email`.
    pub fn read(&self, email: &str) -> Ended<SecretString> {
        if self.password_stdin {
            return first_line_of_stdin();
        }
        if let Some(password) = std::env::var(VARIABLE).ok().filter(|password| !password.is_empty()) {
            return Ok(password.into());
        }
        if !io::stdin().is_terminal() {
            let error = AccountDetail::PasswordNotGiven { variable: VARIABLE.to_owned() }.error();
            return Err(Failure::Told { error, exit: Exit::Usage });
        }
        let question = format!("Master password for {}: ", text::line(email));
        Ok(rpassword::prompt_password(question)?.into())
    }
}

/// More than any password has, in bytes.
const LONGEST: usize = 16 << 10;

/// The password on the first line of stdin.
pub fn first_line_of_stdin() -> Ended<SecretString> {
    if io::stdin().is_terminal() {
        return Ok(rpassword::read_password()?.into());
    }
    let line = text::read_line(unbuffered_stdin()?, LONGEST, "The password on standard input")?;
    match line {
        Some(mut line) if !line.is_empty() => Ok(std::mem::take(&mut *line).into()),
        _ => Err(Failure::usage(
            "No password was found on stdin.",
            "Pass the master password as the first line of stdin.",
        )),
    }
}

/// Standard input without the buffer of the standard library, which is never wiped.
pub fn unbuffered_stdin() -> io::Result<File> {
    #[cfg(unix)]
    let handle = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned()?;
    #[cfg(windows)]
    let handle = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned()?;
    Ok(handle.into())
}

/// Asks for something that may be seen, such as a two-step code; `None` where
/// there is no one to ask.
pub async fn ask(question: String, stop: &Stop) -> Ended<Option<String>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    // Reading cannot be interrupted; the thread is left to itself when someone stops.
    let reading = tokio::task::spawn_blocking(move || {
        let mut stderr = io::stderr();
        write!(stderr, "{}: ", text::line(&question))?;
        stderr.flush()?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        Ok(line.trim().to_owned())
    });
    stop.or(async { reading.await.unwrap_or_else(|fault| Err(io::Error::other(fault).into())) })
        .await
        .map(Some)
}
