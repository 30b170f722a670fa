//! A server whose account needs a second step, and a desk whose keyring can be locked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::Form;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use desk_core::app::{Desk, SignInForm, SignInResult};
use desk_core::clock::{Clock, SystemClock};
use desk_core::error::AccountDetail;
use desk_core::secrets::{InMemory, SecretKind, SecretStore};
use desk_core::server::{TwoStep, TwoStepMethod};
use desk_core::{Error, Result};
use desk_practice::{Practice, PracticeOptions};
use desk_tests::at_desk::form;
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server whose account has second steps; it counts what it is asked.
#[derive(Clone, Default)]
pub struct Account {
    providers: Vec<&'static str>,
    /// "provider:code" of every password grant.
    steps: Arc<Mutex<Vec<String>>>,
    pub preludes: Arc<Mutex<u32>>,
    pub locked: Arc<AtomicBool>,
    /// The device is not remembered any more.
    pub forgot: Arc<AtomicBool>,
}

impl Account {
    pub fn with(providers: &[&'static str]) -> Self {
        Self { providers: providers.to_vec(), ..Self::default() }
    }

    pub async fn serve(&self) -> String {
        let (counted, answering) = (self.clone(), self.clone());
        let bootstrap = || async { Json(json!({"jwtUnsafeReason": null})) };
        let prelogin = move || async move {
            *counted.preludes.lock().expect("not poisoned") += 1;
            Json(json!({"kdf": 0, "kdfIterations": 5000}))
        };
        let token =
            move |Form(fields): Form<HashMap<String, String>>| async move { answering.token(&fields) };
        let settings = || async { Json(json!({"destinations": []})) };
        let router = Router::new()
            .route("/api/web-bootstrap", get(bootstrap))
            .route("/identity/accounts/prelogin", post(prelogin))
            .route("/identity/connect/token", post(token))
            .route("/api/admin/backup/settings", get(settings));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn token(&self, fields: &HashMap<String, String>) -> (StatusCode, Json<Value>) {
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        let step = format!("{}:{}", field("twoFactorProvider"), field("twoFactorToken"));
        self.steps.lock().expect("not poisoned").push(step.clone());
        if self.locked.load(Ordering::Relaxed) {
            let words = "Too many failed login attempts. Try again in 117 seconds.";
            return (
                StatusCode::TOO_MANY_REQUESTS,
                Json(json!({"error": "too_many_requests", "error_description": words})),
            );
        }
        let forgot = self.forgot.load(Ordering::Relaxed);
        match step.as_str() {
            "0:123456" | "3:cccccc" | "8:RECO VERY" => {}
            "5:device-token" if !forgot => {}
            "5:device-token" => {
                return (
                    StatusCode::BAD_REQUEST,
                    Json(
                        json!({"error": "invalid_grant", "error_description": "Two-step token is invalid. Try again."}),
                    ),
                );
            }
            ":" => {
                let demand = json!({"error": "invalid_grant", "error_description": "Two factor required.", "TwoFactorProviders": self.providers});
                return (StatusCode::BAD_REQUEST, Json(demand));
            }
            _ => {
                return (
                    StatusCode::BAD_REQUEST,
                    Json(
                        json!({"error": "invalid_grant", "error_description": "Two-step token is invalid. Try again."}),
                    ),
                );
            }
        }
        let mut answer = json!({"access_token": "access", "refresh_token": "refresh", "expires_in": 7200});
        if field("twoFactorRemember") == "1" {
            answer["TwoFactorToken"] = "device-token".into();
        }
        (StatusCode::OK, Json(answer))
    }

    pub fn steps(&self) -> Vec<String> {
        std::mem::take(&mut *self.steps.lock().expect("not poisoned"))
    }
}

/// A keyring that can be locked.
#[derive(Default)]
pub struct Lockable {
    inside: InMemory,
    pub locked: AtomicBool,
}

impl Lockable {
    fn open(&self) -> Result<&InMemory> {
        if self.locked.load(Ordering::Relaxed) {
            return Err(AccountDetail::KeyringUnavailable.error());
        }
        Ok(&self.inside)
    }
}

impl SecretStore for Lockable {
    fn get(&self, profile_id: &str, kind: SecretKind) -> Result<Option<SecretString>> {
        self.open()?.get(profile_id, kind)
    }

    fn set(&self, profile_id: &str, kind: SecretKind, secret: &SecretString) -> Result<()> {
        self.open()?.set(profile_id, kind, secret)
    }

    fn delete(&self, profile_id: &str, kind: SecretKind) -> Result<()> {
        self.open()?.delete(profile_id, kind)
    }
}

/// A desk with a keyring that can be locked.
pub struct Here {
    pub desk: Arc<Desk>,
    pub keyring: Arc<Lockable>,
    _folder: TempDir,
}

pub fn here() -> Here {
    with_clock(Arc::new(SystemClock))
}

pub fn with_clock(clock: Arc<dyn Clock>) -> Here {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Arc::new(Lockable::default());
    let desk =
        Desk::open(folder.path(), Arc::clone(&keyring) as Arc<dyn SecretStore>, clock).expect("a desk");
    Here { desk, keyring, _folder: folder }
}

pub fn entered(url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> SignInForm {
    let two_step = step.map(|(method, code, remember)| TwoStep { method, code: code.into(), remember });
    SignInForm { two_step, ..form(url, "admin@example.org", "right".into()) }
}

pub async fn practice() -> Practice {
    Practice::start(PracticeOptions::quick()).await.expect("a practice instance")
}

impl Here {
    pub async fn signs_in(&self, url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> bool {
        matches!(self.desk.sessions().sign_in(entered(url, step)).await, Ok(SignInResult::Done(_)))
    }

    pub async fn refusal(&self, url: &str, step: Option<(TwoStepMethod, &str, bool)>) -> Error {
        self.desk.sessions().sign_in(entered(url, step)).await.err().expect("refused")
    }
}
