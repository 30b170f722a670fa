//! A whole run with everything logged leaves no secret in the log, the ledger,
//! the events or the errors.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use desk_core::desk::{ConnectionForm, HeaderForm, Work};
use desk_core::jobs::RestoreSource;
use desk_core::secrets::SecretField;
use desk_practice::{Generation, Incident, Practice, PracticeOptions};
use desk_tests::at_desk::{AtDesk, form};
use secrecy::ExposeSecret;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Every file below a folder but downloads and safety copies, which are backups.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "downloads" && name != "safety-copies" {
                files(&path, found);
            }
        } else {
            found.push((name, std::fs::read(&path).expect("readable")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_run_leaves_no_secret_anywhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("desk_core=trace,desk_practice=trace,nwdesk=trace")
        .with_writer(log.clone())
        .finish();
    // Other tests of this binary may be logged as well: the more the better.
    let _ = tracing::subscriber::set_global_default(subscriber);
    tracing::info!(target: "desk_core", "the log is on");

    for generation in [Generation::Current, Generation::V1_5] {
        let practice =
            Practice::start(PracticeOptions::quick().generation(generation)).await.expect("an instance");
        let desk = AtDesk::empty();
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        desk.desk.runner().listen(Box::new(move |event| {
            let text = serde_json::to_string(event).expect("JSON");
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            true
        }));
        let again = || form(practice.server_url(), practice.admin_email(), practice.admin_password());
        let header = HeaderForm { name: "X-Gate".into(), value: SecretField::new("gate-secret-value") };
        let through = ConnectionForm { headers: vec![header], ..ConnectionForm::default() };
        let mut errors = Vec::new();
        let wrong = form(practice.server_url(), practice.admin_email(), "wrong password 123".into());
        errors.extend(desk.desk.sign_in(wrong).await.err());
        assert!(desk.desk.sign_in_through(again(), &through).await.is_ok());
        let signed = desk.desk.needs_signed().expect("signed in");
        let refresh = signed.session.refresh_token();

        let settings = desk.desk.backup_settings().await.expect("settings");
        let mut renamed = settings.clone();
        renamed.destinations[0].name = "Renamed".into();
        desk.desk.save_backup_settings(&settings, &renamed).await.expect("saved");
        desk.run(Work::Backup { target_id: None }).await;
        let (target_id, path) = (desk.target().await, desk.zips().await[0].path.clone());
        desk.run(Work::Integrity { target_id: target_id.clone(), path: path.clone(), deep: true }).await;
        let folder = desk.folder.path().join("downloads");
        desk.run(Work::Download { target_id: target_id.clone(), path: path.clone(), folder }).await;
        practice.incident(&Incident::TargetStatus { status: 401 }).expect("caused");
        errors.extend(desk.run(Work::Backup { target_id: None }).await.error);
        practice.incident(&Incident::RestoreNormal).expect("normal");
        let plan = desk.confirmed_plan(RestoreSource::Remote { target_id, path }).await;
        desk.run(Work::Restore(Box::new(plan))).await;
        errors.extend(desk.desk.overview().await.err());
        let audit = desk.desk.audit(50, 0).await;

        let hash = {
            let kdf = desk_core::account::Kdf::Pbkdf2 { iterations: 5_000 };
            let password = practice.admin_password();
            let key = desk_core::account::MasterKey::derive(&password, practice.admin_email(), &kdf)
                .expect("derived");
            key.password_hash(&password)
        };
        let secrets = [
            ("the master password", practice.admin_password().expose_secret().to_owned()),
            ("a wrong password", "wrong password 123".to_owned()),
            ("the derived hash", hash.expose_secret().to_owned()),
            ("the refresh token", refresh.expose_secret().to_owned()),
            ("the target's password", practice.webdav_credentials().1.expose_secret().to_owned()),
            ("a gateway's header", "gate-secret-value".to_owned()),
            // Every token of this server begins like this: {"alg":"HS256","typ":"JWT"}.
            ("an access token", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.".to_owned()),
        ];
        let mut places = vec![
            ("the log".to_owned(), log.0.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            (
                "events".to_owned(),
                events.lock().unwrap_or_else(PoisonError::into_inner).join("\n").into_bytes(),
            ),
            ("errors".to_owned(), format!("{errors:?}").into_bytes()),
            ("errors as JSON".to_owned(), serde_json::to_vec(&errors).expect("JSON")),
            ("the server's log".to_owned(), format!("{audit:?}").into_bytes()),
            (
                "settings".to_owned(),
                format!("{settings:?}{}", serde_json::to_string(&settings).expect("JSON")).into_bytes(),
            ),
            ("debug output".to_owned(), format!("{:?}", signed.session).into_bytes()),
        ];
        files(desk.folder.path(), &mut places);
        assert!(
            places.iter().any(|(name, bytes)| name.starts_with("ledger") && bytes.len() > 4096),
            "the ledger was read"
        );
        assert!(places[1].1.len() > 1000, "events were heard");
        for (place, bytes) in &places {
            for (secret, value) in &secrets {
                let found = bytes.windows(value.len()).any(|part| part == value.as_bytes());
                assert!(!found, "{secret} is in {place} ({generation:?})");
            }
        }
    }
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(String::from_utf8_lossy(&logged).contains("the log is on"), "the log was read");
}
