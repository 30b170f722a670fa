//! The scenes that the recordings are played in: what was there before, as the
//! recorded servers had it.

pub mod backups;
pub mod imports;
pub mod legacy;
pub mod limits;
pub mod settings;
pub mod sign_in;

use desk_practice::{Contents, Practice, PracticeOptions};
use desk_tests::replay::{Exceptions, Request, Stage, Transcript};
use secrecy::ExposeSecret;
use serde_json::json;

use super::people::{ADMIN_HASH, register, request, sign_in};
use super::{files, results};

/// A practice instance with the stage on it.
pub struct Scene<'a> {
    pub practice: Practice,
    pub stage: Stage<'a>,
}

impl<'a> Scene<'a> {
    /// An instance that no one has registered on.
    pub async fn unregistered(exceptions: &'a Exceptions, options: PracticeOptions, port: u16) -> Self {
        let options = options.contents(Contents::Unregistered);
        let practice = Practice::start(options).await.expect("a practice instance");
        let recorded = format!("http://127.0.0.1:{port}");
        let mut stage = Stage::new(exceptions, practice.server_url(), &recorded, ADMIN_HASH);
        stage.files = Box::new(files::recorded);
        let (user, password) = practice.webdav_credentials();
        stage.names = vec![
            ("http://dav.backup.test:8901".to_owned(), practice.webdav_url_for_server()),
            ("\"username\":\"backup\"".to_owned(), format!("\"username\":\"{user}\"")),
            ("davpass".to_owned(), password.expose_secret().to_owned()),
        ];
        Self { practice, stage }
    }

    /// An instance with the recorded administrator, signed in.
    pub async fn registered(exceptions: &'a Exceptions, options: PracticeOptions, port: u16) -> Self {
        let mut scene = Self::unregistered(exceptions, options, port).await;
        register(&scene.stage).await;
        sign_in(&mut scene.stage).await;
        scene
    }

    /// Plays a recording and writes down how it went.
    pub async fn play(&mut self, name: &str, results: &mut results::Results) {
        let differences = self.stage.play(&Transcript::read(name)).await;
        results.add(name, differences);
    }

    /// Sends one request of a recording, which has to succeed.
    pub async fn send(&self, recording: &str, step: usize) {
        let transcript = Transcript::read(recording);
        self.send_request(request(&transcript, step)).await;
    }

    /// Sends one request, which has to succeed.
    pub async fn send_request(&self, request: &Request) {
        let reply = self.stage.send(request).await;
        assert_eq!(reply.status, 200, "{} {}: {:?}", request.method, request.path, reply.json());
    }

    /// Restores the complete export over everything and signs in again.
    pub async fn restore_everything(&mut self) {
        self.send("import-replace", 0).await;
        sign_in(&mut self.stage).await;
    }

    /// Writes the recorded targets into settings that need repair.
    pub async fn repair(&self) {
        self.send("repair", 1).await;
    }

    /// Saves the recorded targets, changed.
    pub async fn save_settings(&self, change: impl Fn(&mut serde_json::Value)) {
        let transcript = Transcript::read("settings-put");
        let mut request = request(&transcript, 0).clone();
        let body = request.json.get_or_insert_with(|| json!({}));
        change(body);
        self.send_request(&request).await;
    }
}
