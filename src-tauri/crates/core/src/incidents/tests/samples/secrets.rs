//! What the sample backend returns for candidates, and the settings that a key opens there.

use super::super::secrets::{RIGHT, RUNTIME, token};
use super::*;
use crate::server::{BackupSettings, Destination};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/backend/sample/data/secrets.json");

/// What may be pasted to test against, by the name that the responses have in the file.
fn pasted() -> [(&'static str, String); 3] {
    let recording: Value = serde_json::from_str(RUNTIME).expect("a recording");
    let mut backup = recording["raw"].clone();
    backup.as_object_mut().expect("fields").remove("runtime").expect("a runtime part");
    [("token", token()), ("settings", RUNTIME.trim().to_owned()), ("withoutRuntime", backup.to_string())]
}

/// Candidates as people have them.
fn candidates() -> Vec<String> {
    let made = [
        RIGHT.to_owned(),
        format!("{RIGHT} "),
        format!("\"{RIGHT}\""),
        format!("'{RIGHT}'"),
        format!("\u{200b}{RIGHT}"),
        format!("JWT_SECRET={RIGHT}"),
        RIGHT[..20].to_owned(),
    ];
    made.to_vec()
}

/// The responses to these candidates, and to a wrong one of any length.
fn answers(text: &str) -> Value {
    let against = Against::find_in(&text.into()).expect("something to test against");
    let answer = |candidate: &str| check(&against, &candidate.into());
    let known: Map<String, Value> =
        candidates().into_iter().map(|candidate| (candidate.clone(), json!(answer(&candidate)))).collect();
    json!({
        "known": known,
        "wrong": answer("not this one, though it is long enough"),
        "wrongAndShort": answer("not this one"),
    })
}

/// The targets in the portable part, as the server wrote them.
fn portable() -> Value {
    json!({"destinations": [
        {
            "id": "nas", "name": "Attic NAS", "type": "webdav", "includeAttachments": true,
            "destination": {
                "baseUrl": "https://dav.lindqvist.example/backup", "username": "nodewarden",
                "password": "app-password-of-nas", "remotePath": "nodewarden",
            },
            "schedule": {
                "enabled": true, "intervalHours": 24, "startTime": "03:30",
                "timezone": "Europe/Stockholm", "retentionCount": 30,
            },
        },
        {
            "id": "r2", "name": "R2 offsite", "type": "s3", "includeAttachments": false,
            "destination": {
                "endpoint": "https://3f9c.r2.cloudflarestorage.com", "bucket": "offsite",
                "addressingStyle": "path-style", "region": "auto", "accessKeyId": "8c1f20aa7e",
                "secretAccessKey": "app-password-of-r2", "rootPath": "nodewarden",
            },
            "schedule": {
                "enabled": true, "intervalHours": 12, "startTime": "00:00", "timezone": "UTC",
                "retentionCount": null,
            },
        },
    ]})
}

#[test]
fn the_committed_sample_secrets_match_the_code() {
    let opened = BackupSettings::from_wire(&portable()).expect("settings");
    let known = opened.destinations.iter().cloned().map(Destination::without_secret).collect();
    let nonsense = Against::find_in(&"nonsense".into()).err().expect("it is neither");
    let fresh = json!({
        "right": RIGHT,
        "pasted": pasted().map(|(name, text)| json!({ "text": text, "against": name })),
        "answers": pasted().map(|(name, text)| (name.to_owned(), answers(&text))).into_iter().collect::<Map<_, _>>(),
        "nonsense": nonsense,
        "opened": opened,
        "known": BackupSettings { destinations: known },
    });
    let fresh = format!("{}\n", serde_json::to_string_pretty(&fresh).expect("JSON"));
    assert!(!fresh.contains("app-password-of"), "a secret of the targets is in the sample data");
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write(FILE, &fresh).expect("the sample data is writable");
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == fresh, "the samples changed: run UPDATE_SAMPLES=1 cargo test -p desk-core samples");
}
