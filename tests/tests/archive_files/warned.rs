use desk_archive::rules::Table;
use desk_archive::{InspectOptions, InstanceNow, TableChange, WarningDetail};
use desk_tests::archive_builder::{Backup, Entry};
use serde_json::json;

use crate::looking::{look_at, look_with, warnings};

#[test]
fn a_backup_that_locks_everyone_out_is_warned_of() {
    let found = |change: &dyn Fn(&mut Backup)| {
        let mut backup = Backup::sample(2, 0);
        change(&mut backup);
        let report = look_at(&backup.archive().build());
        report.warnings.into_iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>()
    };
    let has = |codes: &[&str], code: &str| codes.contains(&code);

    let nobody = found(&|backup| {
        for table in ["users", "user_revisions", "folders", "ciphers"] {
            backup.db[table] = json!([]);
        }
    });
    assert!(has(&nobody, "no-users"), "{nobody:?}");
    let no_admin = found(&|backup| backup.db["users"][0]["role"] = "user".into());
    assert!(has(&no_admin, "no-active-administrator") && has(&no_admin, "nobody-can-repair"), "{no_admin:?}");
    let no_wrap = found(&|backup| {
        backup.db["config"][0]["value"] =
            r#"{"version":2,"portable":{"iv":"AAAAAAAAAAAAAAAA","ciphertext":"AAAAAAAAAAAAAAAAAAAAAAAA","wraps":[]}}"#.into();
    });
    assert!(has(&no_wrap, "nobody-can-repair"), "{no_wrap:?}");
    let unreadable = found(&|backup| backup.db["config"][0]["value"] = "{".into());
    assert!(has(&unreadable, "settings-unreadable"), "{unreadable:?}");
    let two_step = found(&|backup| backup.db["users"][0]["totp_secret"] = "JBSW".into());
    assert!(has(&two_step, "two-step-exposed"), "{two_step:?}");
    let fine = found(&|_| {});
    assert_eq!(fine, ["name-without-hash", "settings-need-repair", "sends-not-included"]);
}

#[test]
fn damage_that_the_server_would_accept_is_the_first_warning() {
    let mut archive = Backup::sample(2, 1).archive();
    archive.entry("db.json").crc = Some(7);
    let report = look_at(&archive.build());
    assert!(report.server.import.accepts);
    assert_eq!(warnings(&report)[0], "damage-accepted");
}

#[test]
fn the_acting_account_and_newer_changes_are_checked() {
    let bytes = Backup::sample(4, 2).archive().build();
    let options = InspectOptions {
        acting_user_email: Some("Someone@Else.example ".into()),
        instance: Some(InstanceNow {
            ciphers: Some(9),
            users: Some(2),
            sends: Some(0),
            ..InstanceNow::default()
        }),
        ..InspectOptions::default()
    };
    let report = look_with(&bytes, &options);
    let found = warnings(&report);
    assert!(
        found.contains(&"acting-account-missing") && found.contains(&"differs-from-instance"),
        "{found:?}"
    );
    assert!(!found.contains(&"sends-not-included"), "there are none to lose");
    let changed = report
        .warnings
        .iter()
        .find(|warning| warning.code.as_str() == "differs-from-instance")
        .expect("it is there");
    let ciphers = TableChange { table: Table::Ciphers, now: 9, then: 4 };
    assert_eq!(changed.detail, Some(WarningDetail::ServerChanged { changes: vec![ciphers] }));

    let known =
        InspectOptions { acting_user_email: Some(" ADMIN@example.org".into()), ..InspectOptions::default() };
    assert!(!warnings(&look_with(&bytes, &known)).contains(&"acting-account-missing"));
}

#[test]
fn people_and_what_the_file_exposes_are_counted_never_shown() {
    let mut backup = Backup::sample(5, 3);
    backup.db["users"][0]["totp_secret"] = "SECRET-TOTP".into();
    backup.db["users"][0]["totp_recovery_code"] = "SECRET-CODE".into();
    backup.db["users"][1]["master_password_hint"] = "SECRET-HINT".into();
    let report = look_at(&backup.archive().build());
    let exposed: Vec<(&str, u64)> = report.exposes.iter().map(|found| (&*found.kind, found.count)).collect();
    assert_eq!(
        exposed,
        [("totp-secret", 1), ("recovery-code", 1), ("password-hint", 1), ("password-verifier", 2)]
    );
    let admin = &report.people[0];
    assert_eq!(
        (&*admin.email, admin.ciphers, admin.folders, admin.attachments),
        ("admin@example.org", 3, 1, 2)
    );
    assert!(admin.two_step && admin.has_wrap);
    assert_eq!(report.repairable_by.len(), 1);
    let json = serde_json::to_string(&report).expect("a report can be written");
    assert!(!json.contains("SECRET"), "no value leaves the file");
}

#[test]
fn entries_that_do_not_belong_are_refused_and_warned_of() {
    let mut archive = Backup::sample(2, 1).archive();
    archive.entries.push(Entry::new("__MACOSX/._db.json", "x"));
    let report = look_at(&archive.build());
    assert!(report.intact);
    assert_eq!(
        report.server.import.error.as_deref(),
        Some("Backup archive contains an unsupported file: __MACOSX/._db.json")
    );
    assert!(warnings(&report).contains(&"extra-entries"));
}

#[test]
fn editor_files_and_unreferenced_attachments_are_reported() {
    let mut archive = Backup::sample(2, 1).archive();
    archive.entry("manifest.json").content.splice(0..0, *b"\xef\xbb\xbf");
    archive.entries.push(Entry::new("attachments/cipher-0/nobodys.bin", "x"));
    let rows = &mut archive.entry("db.json").content;
    rows.splice(1..1, br#""sends":[],"#.iter().copied());
    let report = look_at(&archive.build());
    let found = warnings(&report);
    for code in ["byte-order-mark", "unused-bodies", "unknown-tables"] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
    assert!(report.server.import.accepts, "{:?}", report.server.import.error);
}

#[test]
fn settings_that_are_missing_or_in_the_clear_are_warned_of() {
    let with = |value: Option<serde_json::Value>| {
        let mut backup = Backup::sample(1, 0);
        match value {
            Some(value) => backup.db["config"][0]["value"] = value.to_string().into(),
            None => drop(backup.db["config"].as_array_mut().expect("an array").remove(0)),
        }
        look_at(&backup.archive().build())
    };
    assert!(warnings(&with(None)).contains(&"no-backup-settings"));
    for plain in [json!({ "destinations": [{ "id": "nas" }] }), json!({ "destinationType": "webdav" })] {
        let report = with(Some(plain));
        assert!(warnings(&report).contains(&"settings-in-the-clear"));
        assert_eq!(
            report.exposes.iter().find(|one| one.kind == "target-credentials").map(|one| one.count),
            Some(1)
        );
    }
    let short = json!({ "version": 2, "portable": { "iv": "AAAA", "ciphertext": "AAAA", "wraps": [] } });
    assert!(warnings(&with(Some(short))).contains(&"settings-unreadable"));
}

#[test]
fn an_administrator_who_is_not_one_in_the_backup_is_warned() {
    let options =
        InspectOptions { acting_user_email: Some("member@example.org".into()), ..InspectOptions::default() };
    let report = look_with(&Backup::sample(1, 0).archive().build(), &options);
    assert!(warnings(&report).contains(&"acting-account-not-administrator"));
}
