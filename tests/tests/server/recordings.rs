//! Every recording is played to the client: it asks as recorded, and understands
//! the response or refuses with the right code.

use std::sync::Arc;
use std::time::Duration;

use desk_core::progress::{Progress, Silent, Update};
use desk_core::secrets::SecretField;
use desk_core::server::{
    Account, BackupSettings, Connection, ConnectionSecrets, Credentials, Destination, Generation, Incoming,
    Location, S3Place, Server, ServerAddress, Session, SignIn, Timeouts, TwoStep, TwoStepMethod, WebdavPlace,
};
use desk_core::{Code, Result};
use desk_tests::replay::{Transcript, names};
use futures_util::StreamExt;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::player::{Player, file_of};

const PASSWORD: &str = "correct horse battery staple";
const NAS: &str = "11111111-1111-4111-8111-111111111111";
const BUCKET: &str = "22222222-2222-4222-8222-222222222222";
const GOOD: &str = "nodewarden_backup_20261123_032629_3cb70.zip";
const DEVICE: &str = "44bd70f2-0b7f-4f35-afd8-5f7fa10d6c35";

struct Scene {
    player: Player,
    server: Server,
    session: Session,
    transcript: Transcript,
    wrong: Vec<String>,
    reasons: Vec<String>,
    skipped: usize,
}

fn server(url: &str) -> Server {
    let timeouts = Timeouts { longest_wait: Duration::ZERO, ..Timeouts::default() };
    let address = ServerAddress::parse(url).expect("an address");
    Server::reached(address, &Connection::default(), &ConnectionSecrets::default(), timeouts)
        .expect("a client")
}

fn credentials(email: &str, password: &str, two_step: Option<(TwoStepMethod, &str, bool)>) -> Credentials {
    Credentials {
        email: email.to_owned(),
        password: password.into(),
        two_step: two_step.map(|(method, code, remember)| TwoStep { method, code: code.into(), remember }),
        device_identifier: DEVICE.to_owned(),
    }
}

fn done(answer: SignIn) -> Session {
    let SignIn::Done { session, .. } = answer else { panic!("a second step is needed") };
    *session
}

async fn whole(incoming: Result<Incoming>) -> Result<usize> {
    let mut incoming = incoming?;
    let mut bytes = 0;
    while let Some(chunk) = incoming.body.next().await {
        bytes += chunk?.len();
    }
    Ok(bytes)
}

impl Scene {
    async fn open(name: &str) -> Self {
        let player = Player::start().await;
        let server = server(&player.url);
        let session =
            done(server.sign_in(&credentials("admin@example.org", PASSWORD, None)).await.expect("signed in"));
        let transcript = Transcript::read(name);
        player.play(&transcript);
        let (wrong, reasons) = (Vec::new(), Vec::new());
        Self { player, server, session, transcript, wrong, reasons, skipped: 0 }
    }

    fn fine<T>(&mut self, answer: Result<T>) {
        if let Err(error) = answer {
            self.wrong.push(format!("refused: {error:?}"));
        }
    }

    fn refused<T>(&mut self, code: Code, answer: Result<T>) {
        match answer {
            Ok(_) => self.wrong.push(format!("{code} was not noticed")),
            Err(error) if error.code() != code => self.wrong.push(format!("{code} expected: {error:?}")),
            Err(error) if error.body().message.is_empty() || error.body().hint.is_empty() => {
                self.wrong.push(format!("{code} has no sentence or no hint"));
            }
            Err(_) => {}
        }
    }

    fn but(&mut self, fields: &[&str], reason: &str) {
        self.player.but(fields);
        self.reasons.push(reason.to_owned());
    }

    fn skip(&mut self, method: &str, path: &str, reason: &str) {
        self.player.skip(method, path);
        self.skipped += 1;
        self.reasons.push(reason.to_owned());
    }

    /// The session of one that came back, with what is known of the server.
    fn resumed(&self, token: &str, generation: Option<Generation>) -> Session {
        let account = Account { email: "admin@example.org".into(), device_identifier: DEVICE.into() };
        Session::resume(self.server.clone(), account, token.into(), generation, None)
    }

    async fn import(&mut self, at: usize, replace: bool, accept: bool) -> Result<()> {
        let (request, _) = self.transcript.exchanges().nth(at).expect("an import");
        let file = request.multipart.as_ref().and_then(|form| form.file.clone());
        let (name, bytes) = file.map_or_else(
            || ("x.zip".to_owned(), Vec::new()),
            |file| {
                let size = usize::try_from(file.bytes).expect("a size");
                let found = file.sha256.as_deref().and_then(file_of);
                (file.name, found.unwrap_or_else(|| vec![0; size]))
            },
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("upload");
        std::fs::write(&path, bytes).expect("written");
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        self.session.import(&path, &name, replace, accept, &silent).await.map(drop)
    }

    /// The recorded settings as a person would have typed them: every secret again.
    async fn typed(&self, recorded: &Value) -> BackupSettings {
        self.player.besides_with("GET", "/api/admin/backup/settings", 200, recorded);
        let mut settings = self.session.settings().await.expect("settings");
        let secrets = recorded["destinations"].as_array().expect("targets").iter().map(|target| {
            let place = &target["destination"];
            place["password"].as_str().or(place["secretAccessKey"].as_str()).unwrap_or_default().to_owned()
        });
        for (target, secret) in settings.destinations.iter_mut().zip(secrets) {
            enter(target, &secret);
        }
        self.player.besides_with("GET", "/api/admin/backup/settings", 200, &json!({"destinations": []}));
        settings
    }
}

fn enter(target: &mut Destination, value: &str) {
    match &mut target.location {
        Location::Webdav(WebdavPlace { password: secret, .. })
        | Location::S3(S3Place { secret_access_key: secret, .. }) => {
            *secret = SecretField::new(SecretString::from(value));
        }
        // Nothing of an unknown kind can be typed.
        Location::Other(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stdout)] // The table is what one reads this test for.
async fn every_recording_is_asked_and_understood() {
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    let (mut steps, mut asked_as_recorded) = (0, 0);
    for name in names() {
        let mut scene = Scene::open(&name).await;
        play(&name, &mut scene).await;
        let (equal, alike, differences) = scene.player.result();
        let whole = scene.transcript.exchanges().count();
        scene.wrong.extend(differences);
        if equal + alike + scene.skipped != whole {
            scene
                .wrong
                .push(format!("{whole} steps, {equal} equal, {alike} alike, {} skipped", scene.skipped));
        }
        scene.reasons.dedup();
        rows.push(format!(
            "{name:28} {whole:3} {equal:3} {alike:3} {:3}  {}",
            scene.skipped,
            scene.reasons.join("; ")
        ));
        (steps, asked_as_recorded) = (steps + whole, asked_as_recorded + equal);
        failed.extend(scene.wrong.into_iter().map(|wrong| format!("{name}: {wrong}")));
    }
    println!("{:28} {:>3} {:>3} {:>3} {:>3}  why not equal", "recording", "all", "=", "~", "-");
    println!(
        "{}\n{} recordings, {steps} steps, {asked_as_recorded} asked exactly as recorded",
        rows.join("\n"),
        rows.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[allow(clippy::too_many_lines)] // One arm a recording.
async fn play(name: &str, scene: &mut Scene) {
    const NO_HASH: &str = "the client never asks without the master password";
    let quiet = &Silent;
    match name {
        "after-import-kv" | "after-import-no-storage" => {
            let answer = scene.session.targets().await;
            scene.refused(Code::SettingsNeedRepair, answer);
            let answer = scene.session.repair_state().await;
            scene.fine(answer);
            let answer = scene.session.run(None, quiet).await;
            scene.refused(Code::SettingsNeedRepair, answer);
        }
        "after-restore" => {
            let answer = scene.session.targets().await;
            scene.refused(Code::SettingsNeedRepair, answer);
            let answer = scene.session.repair_state().await;
            scene.fine(answer);
        }
        "audit-log" => {
            scene.but(&["offset", "category"], "the client pages, and asks for backups alone");
            let answer = scene.session.audit(4, 0).await;
            scene.fine(answer);
            scene.skip("GET", "/api/admin/logs", "the client knows no other category");
        }
        "blob" => {
            let good = "1813a2ff-8dcc-48ff-8279-b3e9000ecf9d/73d18126-cee3-499c-9a46-0db27c620168";
            let answer = whole(scene.session.blob(good, quiet).await).await;
            scene.fine(answer);
            let answer = scene.session.blob("aaaa/bbbb", quiet).await;
            scene.refused(Code::BackupNotFound, answer);
            for bad in ["../x", "one", "a/b/c", ""] {
                let answer = scene.session.blob(bad, quiet).await;
                scene.refused(Code::ServerRefused, answer);
            }
            scene.but(&["masterPasswordHash"], NO_HASH);
            let answer = scene.session.blob(good, quiet).await;
            scene.refused(Code::PasswordNeeded, answer);
            let old = scene.resumed("token", Some(Generation::Get));
            old.confirm(&PASSWORD.into()).await.expect("derived");
            scene.player.besides("blob");
            let answer = whole(old.blob(good, quiet).await).await;
            scene.fine(answer);
            if old.generation() != Some(Generation::Current) {
                scene.wrong.push("the update of the server was not noticed".into());
            }
        }
        "delete" => {
            let path = "nodewarden_backup_20261102_030000_00000.zip";
            for _ in 0..2 {
                let answer = scene.session.delete(NAS, path).await;
                scene.fine(answer);
            }
            let answer = scene.session.delete(NAS, "notes.txt").await;
            scene.refused(Code::InvalidRequest, answer);
        }
        "download" => {
            let answer = whole(scene.session.download(NAS, GOOD, quiet).await).await;
            scene.fine(answer);
            for (path, code) in [
                ("notes.txt", Code::InvalidRequest),
                ("missing_abcde.zip", Code::BackupNotFound),
                ("../etc.zip", Code::InvalidRequest),
                ("", Code::InvalidRequest),
            ] {
                let answer = scene.session.download(NAS, path, quiet).await;
                scene.refused(code, answer);
            }
            scene.but(&["masterPasswordHash"], NO_HASH);
            let answer = scene.session.download(NAS, GOOD, quiet).await;
            scene.refused(Code::PasswordNeeded, answer);
            let old = scene.resumed("token", Some(Generation::Get));
            old.confirm(&PASSWORD.into()).await.expect("derived");
            scene.player.besides("download");
            scene.but(&["path"], "the client always names the path");
            let answer = whole(old.download(NAS, GOOD, quiet).await).await;
            scene.fine(answer);
        }
        "export" => {
            let seen = std::sync::Mutex::new(Vec::new());
            let listener = |update: Update| seen.lock().expect("not poisoned").push(update);
            for attachments in [true, false] {
                let answer = whole(scene.session.export(attachments, &listener).await).await;
                scene.fine(answer);
            }
            scene.but(&["masterPasswordHash", "includeAttachments"], NO_HASH);
            let answer = scene.session.export(true, quiet).await;
            scene.refused(Code::PasswordNeeded, answer);
        }
        "import-accept-mismatch" => {
            let answer = scene.import(0, true, true).await;
            scene.fine(answer);
        }
        "import-replace" => {
            let answer = scene.import(0, true, false).await;
            scene.fine(answer);
        }
        "import-no-storage-skipped" => {
            let answer = scene.import(0, false, false).await;
            scene.fine(answer);
        }
        "import-kv-skipped" => {
            scene.but(&["file.sha256"], "the 26 MB file itself is not kept");
            let answer = scene.import(0, false, false).await;
            scene.fine(answer);
        }
        "import-refused" => {
            let answer = scene.import(0, false, false).await;
            scene.refused(Code::NotFresh, answer);
            let answer = scene.import(1, false, false).await;
            scene.refused(Code::HashMismatch, answer);
            for (at, reason, code) in [
                (2, "the client always sends a form", Code::ServerRefused),
                (3, "the client always sends a file", Code::ServerRefused),
                (4, NO_HASH, Code::PasswordNeeded),
                (5, "nine bytes that are not kept", Code::ServerRefused),
            ] {
                scene.but(&["*"], reason);
                let answer = scene.import(at, true, false).await;
                scene.refused(code, answer);
            }
            let answer = scene.import(6, true, false).await;
            scene.refused(Code::ServerRefused, answer);
        }
        "integrity" => {
            for path in [
                GOOD,
                "nodewarden_backup_20261101_030000_3cb70.zip",
                "renamed-backup.zip",
                "nodewarden_backup_20261102_030000_00000.zip",
                "nodewarden_backup_20261123_032629_3cb70 (1).zip",
            ] {
                let answer = scene.session.integrity(NAS, path, quiet).await;
                scene.fine(answer);
            }
            for (path, code) in [
                ("notes.txt", Code::InvalidRequest),
                ("missing_abcde.zip", Code::BackupNotFound),
                ("../etc.zip", Code::InvalidRequest),
                ("", Code::InvalidRequest),
            ] {
                let answer = scene.session.integrity(NAS, path, quiet).await;
                scene.refused(code, answer);
            }
        }
        "jwt-secret-too-short" => {
            scene.player.besides("jwt-secret-too-short");
            let answer = scene.server.probe().await;
            scene.refused(Code::JwtSecretTooShort, answer);
            scene.but(&["email"], "another account asks");
            let answer = scene.session.confirm(&PASSWORD.into()).await;
            scene.refused(Code::JwtSecretTooShort, answer);
            let answer = scene.session.targets().await;
            scene.refused(Code::JwtSecretTooShort, answer);
            scene.skip("GET", "/api/config", "asked only where web-bootstrap is missing");
        }
        "legacy-1.5-flow" => legacy(scene).await,
        "login-argon2id" => {
            scene.but(&["email"], "the client sends the e-mail in lower case");
            let member = credentials("Member@Example.org", "argon member pässword 密码", None);
            let proof = scene.server.prove(&member.email, &member.password).await.expect("derived");
            scene.but(&["username"], "the client sends the e-mail in lower case");
            let answer = scene.server.sign_in_with(&member, &proof).await;
            scene.fine(answer);
        }
        "login-pbkdf2" => {
            let answer = scene.server.sign_in(&credentials("admin@example.org", PASSWORD, None)).await;
            scene.fine(answer);
        }
        "login-totp" => totp(scene).await,
        "login-wrong-password" => {
            let wrong = credentials("admin@example.org", "wrong", None);
            let proof = scene.server.prove(&wrong.email, &wrong.password).await.expect("derived");
            scene.but(&["password"], "which wrong password it was is not recorded");
            let answer = scene.server.sign_in_with(&wrong, &proof).await;
            scene.refused(Code::WrongPassword, answer);
        }
        "non-admin-forbidden" => {
            let answer = scene.session.targets().await;
            scene.refused(Code::NotAdministrator, answer);
            scene.but(&["masterPasswordHash"], "asked by another account here");
            let answer = scene.session.run(None, quiet).await;
            scene.refused(Code::NotAdministrator, answer);
        }
        "rate-limit" => {
            let answer = scene.session.repair_state().await;
            let wait = answer.as_ref().err().and_then(|error| error.body().retry_after_seconds);
            scene.refused(Code::RateLimited, answer);
            if wait != Some(49) {
                scene.wrong.push(format!("told to wait {wait:?}"));
            }
        }
        "refresh" => {
            let answer = scene.resumed("-nFabmkPQi9JerxSEHXIdssFgp_xut87wM1q3XMokiQ", None).renew().await;
            scene.fine(answer);
            let answer = scene.resumed("unknown", None).renew().await;
            scene.refused(Code::SessionEnded, answer);
        }
        "register-first-admin" => {
            scene.skip("POST", "/api/accounts/register", "accounts are made in the web vault");
        }
        "remote-list" => {
            for target in [NAS, BUCKET] {
                for path in ["", "attachments", "nothing-here"] {
                    let answer = scene.session.list(Some(target), path).await;
                    scene.fine(answer);
                }
                let answer = scene.session.list(Some(target), "../x").await;
                scene.refused(Code::InvalidRequest, answer);
            }
            let answer = scene.session.list(Some("unknown"), "").await;
            scene.refused(Code::TargetNotFound, answer);
            let answer = scene.session.list(None, "").await;
            scene.fine(answer);
        }
        "remote-restore-refused" => {
            for (path, replace, code) in [
                (GOOD, false, Code::NotFresh),
                ("nodewarden_backup_20261101_030000_3cb70.zip", true, Code::HashMismatch),
                ("missing_abcde.zip", true, Code::BackupNotFound),
                ("notes.txt", true, Code::InvalidRequest),
            ] {
                let answer = scene.session.restore_remote(NAS, path, replace, false, quiet).await;
                scene.refused(code, answer);
            }
        }
        "remote-restore-skipped" => {
            let answer = scene.session.restore_remote(NAS, GOOD, true, false, quiet).await;
            match &answer {
                Ok(answer) if answer.value.skipped.items.len() == 2 => {}
                other => scene.wrong.push(format!("two skipped lines expected: {other:?}")),
            }
        }
        "repair" => {
            let destinations = |at| {
                let (request, _) = scene.transcript.exchanges().nth(at).expect("a repair");
                request.json.as_ref().expect("JSON")["destinations"].clone()
            };
            let (without, with) = (destinations(0), destinations(1));
            scene.but(&["masterPasswordHash"], NO_HASH);
            let answer = scene.session.repair_settings(without.into()).await;
            scene.refused(Code::PasswordNeeded, answer);
            let answer = scene.session.repair_settings(with.into()).await;
            scene.fine(answer);
            let answer = scene.session.repair_state().await;
            scene.fine(answer);
            let answer = scene.session.settings().await;
            scene.fine(answer);
        }
        "run-busy" => {
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.refused(Code::Busy, answer);
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.fine(answer);
        }
        "run-errors" => {
            let answer = scene.session.run(Some("nope"), quiet).await;
            scene.refused(Code::TargetNotFound, answer);
            scene.but(&["masterPasswordHash"], NO_HASH);
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.refused(Code::PasswordNeeded, answer);
            scene.but(&["masterPasswordHash"], "which wrong password it was is not recorded");
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.refused(Code::WrongPassword, answer);
            scene.session.confirm(&PASSWORD.into()).await.expect("what was refused is forgotten");
            for target in [NAS, BUCKET] {
                let answer = scene.session.run(Some(target), quiet).await;
                scene.refused(Code::TargetFailed, answer);
                let answer = scene.session.list(Some(target), "").await;
                scene.refused(Code::TargetFailed, answer);
            }
            let answer = scene.session.targets().await;
            scene.fine(answer);
        }
        "run-index-removed" | "run-stale-index" => {
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.fine(answer);
        }
        "run-s3" => {
            let answer = scene.session.run(Some(BUCKET), quiet).await;
            scene.fine(answer);
        }
        "run-webdav" => {
            let answer = scene.session.run(Some(NAS), quiet).await;
            scene.fine(answer);
        }
        "server-info" => {
            let answer = scene.server.probe().await;
            scene.fine(answer);
            scene.player.besides_with("GET", "/api/web-bootstrap", 404, &json!({"error": "Not found"}));
            let answer = scene.server.probe().await;
            scene.fine(answer);
            scene.skip("GET", "/api/version", "it says nothing that the client needs");
        }
        "settings-get-default" => {
            let answer = scene.session.settings().await;
            scene.fine(answer);
        }
        "settings-put" => settings(scene).await,
        "settings-put-invalid" => invalid_settings(scene).await,
        "totp-enable" => {
            scene.skip("PUT", "/api/accounts/totp", "two-step sign-in is set up in the web vault");
        }
        "unauthorized" => {
            // One call: refused, renewed, refused again.
            let answer = scene.session.targets().await;
            scene.refused(Code::SessionEnded, answer);
        }
        "users" => {
            let answer = scene.session.users().await;
            scene.fine(answer);
        }
        other => scene.wrong.push(format!("nobody plays {other}")),
    }
}

async fn legacy(scene: &mut Scene) {
    const IGNORED: &str = "the client always sends the hash; old servers ignore it";
    let quiet = &Silent;
    let file = "nodewarden_backup_20261123_032812_caae9.zip";
    let answer = scene.server.sign_in(&credentials("admin@example.org", PASSWORD, None)).await;
    scene.session = done(answer.expect("signed in"));
    let before = scene.session.settings().await.expect("settings");
    let (put, _) = scene.transcript.exchanges().nth(3).expect("saved settings");
    let recorded = put.json.clone().expect("JSON");
    let after = scene.typed(&recorded).await;
    drop(before);
    scene.but(&["masterPasswordHash"], IGNORED);
    let answer = scene.session.save_settings(&BackupSettings::default(), &after).await;
    if let Ok(answer) = &answer {
        let text = format!("{:?}{}", answer.value, answer.raw);
        if text.contains("davpass") || text.contains("s3secretfixture") {
            scene.wrong.push("an old server's secrets are shown".into());
        }
    }
    scene.fine(answer);
    scene.but(&["masterPasswordHash"], IGNORED);
    let answer = scene.session.run(Some(NAS), quiet).await;
    scene.fine(answer);
    let answer = scene.session.list(Some(NAS), "").await;
    scene.fine(answer);
    scene.but(&["blobName"], "the recording names more than the call needs");
    let answer = scene.session.integrity(NAS, file, quiet).await;
    scene.fine(answer);
    scene.but(&["blobName"], "the recording names more than the call needs");
    let answer = whole(scene.session.download(NAS, file, quiet).await).await;
    scene.fine(answer);
    if scene.session.generation() != Some(Generation::Get) {
        scene.wrong.push(format!("the generation is {:?}", scene.session.generation()));
    }
    scene.but(&["masterPasswordHash"], IGNORED);
    let answer = whole(scene.session.export(true, quiet).await).await;
    scene.fine(answer);
    let body = "e44ba2cd-87e9-4239-beeb-05acde1dc178/69374faf-3c6f-4d32-b2bc-7743316b3ea6";
    let answer = whole(scene.session.blob(body, quiet).await).await;
    scene.fine(answer);
    scene.skip("POST", "/api/admin/backup/blob", "the generation is known by then: GET is asked at once");
}

async fn totp(scene: &mut Scene) {
    let sign_in = |two_step| credentials("admin@example.org", PASSWORD, two_step);
    match scene.server.sign_in(&sign_in(None)).await {
        Ok(SignIn::TwoStepNeeded(methods)) if methods.contains(&TwoStepMethod::Authenticator) => {}
        _ => scene.wrong.push("no second step was asked for".into()),
    }
    let code = |at: usize| {
        let (request, _) = scene.transcript.exchanges().nth(at).expect("a sign-in");
        let form = request.form.clone().expect("a form");
        let field = |name: &str| {
            url::form_urlencoded::parse(form.as_bytes())
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.into_owned())
        };
        (field("twoFactorToken").expect("a code"), field("twoFactorRemember").is_some())
    };
    let (wrong, right, remembered) = (code(3), code(5), code(7));
    let step = (TwoStepMethod::Authenticator, wrong.0.as_str(), wrong.1);
    let answer = scene.server.sign_in(&sign_in(Some(step))).await;
    scene.refused(Code::TwoStepCodeWrong, answer);
    let step = (TwoStepMethod::Authenticator, right.0.as_str(), right.1);
    match scene.server.sign_in(&sign_in(Some(step))).await {
        Ok(SignIn::Done { remembered: Some(_), .. }) => {}
        _ => scene.wrong.push("the device is not remembered".into()),
    }
    let step = (TwoStepMethod::Remembered, remembered.0.as_str(), remembered.1);
    let answer = scene.server.sign_in(&sign_in(Some(step))).await;
    scene.fine(answer);
}

async fn settings(scene: &mut Scene) {
    let exchanges: Vec<_> = scene.transcript.exchanges().map(|(request, _)| request.json.clone()).collect();
    let (first, third) = (exchanges[0].clone().expect("JSON"), exchanges[2].clone().expect("JSON"));
    // The recorded GET is asked last; before it, what the server had then.
    scene.skip("GET", "/api/admin/backup/settings", "read before each saving as well");
    let after = scene.typed(&first).await;
    let answer = scene.session.save_settings(&BackupSettings::default(), &after).await;
    scene.fine(answer);
    let stored = json!({"destinations": third["destinations"]});
    scene.player.besides_with("GET", "/api/admin/backup/settings", 200, &stored);
    let kept = scene.session.settings().await.expect("settings");
    let answer = scene.session.save_settings(&kept, &kept).await;
    scene.fine(answer);
}

async fn invalid_settings(scene: &mut Scene) {
    let exchanges: Vec<_> = scene
        .transcript
        .exchanges()
        .map(|(request, answer)| (request.json.clone(), answer.clone()))
        .collect();
    for (number, (recorded, answer)) in exchanges.into_iter().enumerate() {
        let words =
            answer.json.as_ref().and_then(|json| json["error"].as_str()).unwrap_or_default().to_owned();
        let recorded = recorded.unwrap_or_else(|| json!({"destinations": []}));
        let after = scene.typed(&recorded).await;
        match (number, words.as_str()) {
            (_, "masterPasswordHash is required") => {
                scene.but(&["masterPasswordHash"], "the client never asks without the master password");
            }
            (_, "Invalid password") => {
                scene.but(&["masterPasswordHash"], "which wrong password it was is not recorded");
            }
            (_, "Backup settings payload is invalid") => scene.but(&["*"], "the client always sends JSON"),
            _ => {}
        }
        let saved = scene.session.save_settings(&BackupSettings::default(), &after).await;
        if number == 0 {
            scene.refused(Code::InvalidRequest, saved);
            let reason = "the client refuses a new target of a kind that it does not know itself";
            scene.skip("PUT", "/api/admin/backup/settings", reason);
            continue;
        }
        match words.as_str() {
            "" => scene.fine(saved),
            "masterPasswordHash is required" => scene.refused(Code::PasswordNeeded, saved),
            "Invalid password" => {
                scene.refused(Code::WrongPassword, saved);
                scene.session.confirm(&PASSWORD.into()).await.expect("what was refused is forgotten");
            }
            "WebDAV server URL host is not allowed" => scene.refused(Code::InvalidRequest, saved),
            "WebDAV username is required" => scene.refused(Code::TargetFailed, saved),
            "You can save up to 24 backup destinations" => {
                scene.refused(Code::InvalidRequest, saved);
                scene.skip(
                    "PUT",
                    "/api/admin/backup/settings",
                    "the client refuses more than 24 targets itself",
                );
            }
            _ => scene.refused(Code::ServerRefused, saved),
        }
    }
}
