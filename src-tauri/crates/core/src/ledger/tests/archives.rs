use super::*;
use crate::archive::{Kind, NameHash};
use crate::checks::IntegrityLevel::{
    self, Damaged, Mismatch, NameHashMatches, NotChecked, Unverifiable, Verified,
};
use crate::checks::{AttachmentsOnTarget, ListedFile};
use crate::health::BackupState;

fn remote(path: &str) -> Place {
    Place::Remote { profile_id: "p-1".to_owned(), target_id: "t-1".to_owned(), path: path.to_owned() }
}

/// What only the server said.
fn by_server(level: IntegrityLevel, bytes: u64) -> NewCheck {
    NewCheck {
        level,
        sha256: None,
        bytes: Some(bytes),
        name_hash: None,
        refusal: None,
        listed: None,
        attachments: None,
    }
}

/// What reading the file here said.
fn by_reading(level: IntegrityLevel, sha256: &str) -> NewCheck {
    let sha256 = Some(sha256.to_owned());
    NewCheck {
        level,
        sha256,
        bytes: Some(100),
        name_hash: Some(NameHash::Match),
        refusal: None,
        listed: None,
        attachments: None,
    }
}

fn archive(sha256: &str, exported_at: &str) -> KnownArchive {
    KnownArchive {
        sha256: sha256.to_owned(),
        name: "a.zip".to_owned(),
        bytes: 100,
        kind: Some(Kind::IndexOnly),
        app_version: Some("1.8.0".to_owned()),
        exported_at: Some(exported_at.to_owned()),
        repairable_by: Some(vec!["admin@example.org".to_owned()]),
    }
}

fn level(ledger: &Ledger, path: &str) -> Option<IntegrityLevel> {
    ledger.standing(&remote(path)).expect("read").map(|check| check.level)
}

#[test]
fn nothing_is_claimed_about_a_place_that_was_not_checked() {
    assert_eq!(level(&ledger(), "a.zip"), None);
}

#[test]
fn a_comparison_by_the_server_does_not_replace_a_full_check() {
    let ledger = ledger();
    let note = |check, at| ledger.record_check(&remote("a.zip"), &check, second(at)).expect("noted");
    note(by_server(NameHashMatches, 100), 0);
    assert_eq!(level(&ledger, "a.zip"), Some(NameHashMatches));
    note(by_reading(Verified, "aa"), 1);
    note(by_server(NameHashMatches, 100), 2);
    note(by_server(NotChecked, 100), 3);
    assert_eq!(level(&ledger, "a.zip"), Some(Verified));

    note(by_reading(Damaged, "ab"), 4);
    note(by_server(Unverifiable, 100), 5);
    assert_eq!(level(&ledger, "a.zip"), Some(Damaged), "a damage stays until the file is read again");
}

#[test]
fn a_file_of_another_size_is_another_file() {
    let ledger = ledger();
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(0)).expect("noted");
    ledger.record_check(&remote("a.zip"), &by_server(NameHashMatches, 101), second(1)).expect("noted");
    assert_eq!(level(&ledger, "a.zip"), Some(NameHashMatches));
}

#[test]
fn a_read_backup_records_its_kind_and_export() {
    let ledger = ledger();
    ledger.record_archive(&archive("aa", "2026-11-22T10:00:00Z"), second(0)).expect("noted");
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(1)).expect("noted");
    let standings = ledger.standings("p-1", "t-1").expect("read");
    let check = &standings["a.zip"];
    assert_eq!(check.kind, Some(Kind::IndexOnly));
    assert_eq!(check.repairable_by.as_deref(), Some(&["admin@example.org".to_owned()][..]));
    assert_eq!(check.exported_at.as_deref(), Some("2026-11-22T10:00:00Z"));
    assert_eq!(ledger.standings("p-1", "t-2"), Ok([].into()));
    assert_eq!(ledger.places_of("aa"), Ok(vec![remote("a.zip")]));
}

#[test]
fn a_backup_seen_again_keeps_its_first_time_and_what_was_known() {
    let ledger = ledger();
    ledger.record_archive(&archive("aa", "2026-11-22T10:00:00Z"), second(0)).expect("noted");
    let poorer = KnownArchive {
        name: "renamed.zip".to_owned(),
        kind: None,
        app_version: None,
        exported_at: None,
        repairable_by: None,
        ..archive("aa", "")
    };
    ledger.record_archive(&poorer, second(9)).expect("noted");
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(9)).expect("noted");
    let check = ledger.standing(&remote("a.zip")).expect("read").expect("looked");
    assert_eq!(check.kind, Some(Kind::IndexOnly));
}

#[test]
fn the_last_verified_backup_is_the_newest_export_not_the_last_check() {
    let ledger = ledger();
    ledger.record_archive(&archive("old", "2026-11-01T10:00:00Z"), second(0)).expect("noted");
    ledger.record_archive(&archive("new", "2026-11-22T10:00:00Z"), second(0)).expect("noted");
    ledger.record_check(&remote("new.zip"), &by_reading(Verified, "new"), second(1)).expect("noted");
    ledger.record_check(&remote("old.zip"), &by_reading(Verified, "old"), second(2)).expect("noted");
    ledger.record_check(&remote("bad.zip"), &by_reading(Damaged, "bad"), second(3)).expect("noted");
    let (path, check) = ledger.last_verified("p-1", "t-1").expect("read").expect("one");
    assert_eq!((path.as_str(), check.at.as_str()), ("new.zip", "2026-09-21T14:13:21.000Z"));
}

fn listed(path: &str, modified_at: &str) -> Listed {
    Listed {
        path: path.to_owned(),
        name: path.to_owned(),
        bytes: Some(100),
        modified_at: Some(modified_at.to_owned()),
        made_at: Some(second(0)),
    }
}

fn as_listed(modified_at: &str) -> ListedFile {
    ListedFile { bytes: Some(100), modified_at: Some(modified_at.to_owned()) }
}

fn state(ledger: &Ledger, modified_at: &str) -> BackupState {
    let standings = ledger.note_listing("p-1", "t-1", &[listed("a.zip", modified_at)]).expect("kept");
    standings["a.zip"].state(&as_listed(modified_at))
}

#[test]
fn a_check_belongs_to_the_file_that_was_listed_when_it_was_made() {
    let ledger = ledger();
    let verified = NewCheck { listed: Some(as_listed("monday")), ..by_reading(Verified, "aa") };
    ledger.record_check(&remote("a.zip"), &verified, second(0)).expect("noted");
    assert_eq!(state(&ledger, "monday"), BackupState::Verified);

    // The file is changed, and checked before anyone lists it.
    let mismatch = NewCheck { listed: Some(as_listed("tuesday")), ..by_server(Mismatch, 100) };
    ledger.record_check(&remote("a.zip"), &mismatch, second(1)).expect("noted");
    assert_eq!(state(&ledger, "tuesday"), BackupState::Mismatch);
    assert_eq!(ledger.last_verified("p-1", "t-1"), Ok(None));
}

#[test]
fn a_mismatch_is_not_forgotten_when_only_the_time_moves() {
    let ledger = ledger();
    for (level, expected) in [(Mismatch, BackupState::Mismatch), (Damaged, BackupState::Damaged)] {
        let bad = NewCheck { listed: Some(as_listed("monday")), ..by_reading(level, "bad") };
        ledger.record_check(&remote("a.zip"), &bad, second(0)).expect("noted");
        assert_eq!(state(&ledger, "tuesday"), expected);
    }
}

#[test]
fn a_check_without_a_listing_belongs_to_the_next_one() {
    let ledger = ledger();
    let old = NewCheck { listed: Some(as_listed("sunday")), ..by_server(NameHashMatches, 100) };
    ledger.record_check(&remote("a.zip"), &old, second(0)).expect("noted");
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(1)).expect("noted");
    assert_eq!(state(&ledger, "monday"), BackupState::Verified);
    assert_eq!(state(&ledger, "tuesday"), BackupState::NotChecked);
}

#[test]
fn content_that_changed_after_a_full_verification_is_an_alarm() {
    let ledger = ledger();
    let note =
        |check: NewCheck, at| ledger.record_check(&remote("a.zip"), &check, second(at)).expect("noted");
    note(by_reading(Verified, "aa"), 0);
    note(by_reading(Verified, "bb"), 60);
    let check = ledger.standing(&remote("a.zip")).expect("read").expect("known");
    assert_eq!(check.last_state(), BackupState::Changed);
    let changed = check.changed.expect("changed");
    assert_eq!((changed.verified_sha256.as_str(), changed.found_sha256.as_str()), ("aa", "bb"));
    assert!(changed.verified_at < changed.found_at);
    assert_eq!(ledger.last_verified("p-1", "t-1"), Ok(None), "it proves nothing any more");

    note(by_reading(Verified, "aa"), 120);
    let check = ledger.standing(&remote("a.zip")).expect("read").expect("known");
    assert_eq!(check.last_state(), BackupState::Verified, "the first content is back");
}

#[test]
fn a_name_without_a_hash_on_this_computer_may_hold_another_backup() {
    let ledger = ledger();
    let place = Place::Local { path: "/home/me/copy.zip".to_owned() };
    for (sha256, at) in [("aa", 0), ("bb", 1)] {
        let check = NewCheck { name_hash: Some(NameHash::Absent), ..by_reading(Verified, sha256) };
        ledger.record_check(&place, &check, second(at)).expect("noted");
    }
    let check = ledger.standing(&place).expect("read").expect("known");
    assert_eq!((check.last_state(), check.changed), (BackupState::Verified, None));
}

#[test]
fn attachments_that_could_not_be_looked_up_are_not_called_found() {
    let ledger = ledger();
    let note = |missing, unknown, at| {
        let found = AttachmentsOnTarget { listed: 13, missing, unknown, ..AttachmentsOnTarget::default() };
        let check = NewCheck { attachments: Some(found), ..by_reading(Verified, "aa") };
        ledger.record_check(&remote("a.zip"), &check, second(at)).expect("noted");
        ledger.standing(&remote("a.zip")).expect("read").expect("known").attachments.expect("looked up")
    };
    assert_eq!(note(0, 13, 0).unknown, 13);
    let known = ledger.standing(&remote("a.zip")).expect("read").expect("known");
    assert_eq!(known.last_state(), BackupState::AttachmentsNotChecked);
    assert_eq!(note(2, 0, 1).missing, 2);
    assert_eq!(note(0, 13, 2).missing, 2, "what was missing stays known");
    assert_eq!(note(0, 0, 3).missing, 0);
}

#[test]
fn missing_attachments_stay_known_until_they_are_looked_up_again() {
    let ledger = ledger();
    let found = |missing| {
        let attachments = Some(AttachmentsOnTarget { listed: 13, missing, ..AttachmentsOnTarget::default() });
        NewCheck { attachments, ..by_reading(Verified, "aa") }
    };
    let now = |check: NewCheck, at| {
        ledger.record_check(&remote("a.zip"), &check, second(at)).expect("noted");
        ledger.standing(&remote("a.zip")).expect("read").expect("known").last_state()
    };
    assert_eq!(now(found(2), 0), BackupState::AttachmentsMissing);
    assert_eq!(now(by_server(NameHashMatches, 100), 1), BackupState::AttachmentsMissing);
    assert_eq!(now(by_reading(Verified, "aa"), 2), BackupState::AttachmentsMissing);
    assert_eq!(now(found(0), 3), BackupState::Verified);
    let other_size =
        Some(AttachmentsOnTarget { listed: 13, wrong_size: 1, ..AttachmentsOnTarget::default() });
    let check = NewCheck { attachments: other_size, ..by_reading(Verified, "aa") };
    assert_eq!(now(check, 4), BackupState::AttachmentsMissing, "a body of another size is not the one");
}

#[test]
fn a_backup_that_is_no_longer_listed_is_not_the_newest() {
    let ledger = ledger();
    let mut newer = listed("b.zip", "tuesday");
    newer.made_at = Some(second(60));
    ledger.note_listing("p-1", "t-1", &[listed("a.zip", "monday"), newer]).expect("kept");
    let newest = || ledger.last_listed("p-1", "t-1").expect("read").into_iter().next().map(|(name, _)| name);
    assert_eq!(newest().as_deref(), Some("b.zip"));
    ledger.note_root("p-1", "t-1", &["a.zip".to_owned()], second(120)).expect("kept");
    assert_eq!(newest().as_deref(), Some("a.zip"));
    assert_eq!(ledger.trend("p-1", "t-1").expect("read").len(), 2, "its size stays part of the trend");
}

#[test]
fn a_damaged_backup_does_not_say_who_could_repair() {
    let ledger = ledger();
    let repairers = || ledger.newest_with_repairers("p-1").expect("read").map(|archive| archive.sha256);
    ledger.record_archive(&archive("good", "2026-11-01T10:00:00Z"), second(0)).expect("noted");
    ledger.record_archive(&archive("bad", "2026-11-22T10:00:00Z"), second(0)).expect("noted");
    ledger.record_check(&remote("good.zip"), &by_reading(Verified, "good"), second(1)).expect("noted");
    ledger.record_check(&remote("bad.zip"), &by_reading(Verified, "bad"), second(2)).expect("noted");
    assert_eq!(repairers().as_deref(), Some("bad"), "the newest, while it is verified");
    ledger.record_check(&remote("bad.zip"), &by_reading(Damaged, "flipped"), second(3)).expect("noted");
    assert_eq!(repairers().as_deref(), Some("good"));
}

#[test]
fn a_file_that_was_replaced_by_one_of_the_same_size_is_another_file() {
    let ledger = ledger();
    let lists = |modified_at| {
        let standings = ledger.note_listing("p-1", "t-1", &[listed("a.zip", modified_at)]).expect("kept");
        standings["a.zip"].clone()
    };
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(0)).expect("noted");
    assert!(lists("monday").is_of(Some(100), Some("monday")), "what was just looked at is what is listed");
    assert!(!lists("tuesday").is_of(Some(100), Some("tuesday")));
    assert!(!lists("tuesday").is_of(Some(100), Some("tuesday")), "until someone looks again");
    let tuesday = NewCheck { listed: Some(as_listed("tuesday")), ..by_server(NameHashMatches, 100) };
    ledger.record_check(&remote("a.zip"), &tuesday, second(1)).expect("noted");
    let check = lists("tuesday");
    assert!(check.is_of(Some(100), Some("tuesday")));
    assert_eq!(check.level, NameHashMatches, "the reading of monday's file does not speak for it");
}

#[test]
fn a_backup_that_the_server_would_refuse_is_not_the_last_good_one() {
    let ledger = ledger();
    let refused = NewCheck { refusal: Some("No".to_owned()), ..by_reading(Verified, "aa") };
    ledger.record_check(&remote("a.zip"), &refused, second(0)).expect("noted");
    assert_eq!(ledger.last_verified("p-1", "t-1"), Ok(None));
    assert_eq!(ledger.standings("p-1", "t-1").expect("read")["a.zip"].refusal.as_deref(), Some("No"));
}

#[test]
fn backups_on_this_computer_are_listed_until_they_are_forgotten() {
    let ledger = ledger();
    let place = Place::Local { path: "/home/me/a.zip".to_owned() };
    ledger.record_archive(&archive("aa", "2026-11-22T10:00:00Z"), second(0)).expect("noted");
    ledger.record_check(&place, &by_reading(Verified, "aa"), second(1)).expect("noted");
    ledger.record_check(&remote("a.zip"), &by_reading(Verified, "aa"), second(1)).expect("noted");

    let backups = ledger.local_backups().expect("read");
    assert_eq!(backups.len(), 1);
    assert_eq!((backups[0].name.as_str(), backups[0].sha256.as_str()), ("a.zip", "aa"));
    assert_eq!(ledger.places_of("aa"), Ok(vec![place.clone(), remote("a.zip")]));

    ledger.forget_place(&place).expect("forgotten");
    assert_eq!(ledger.local_backups(), Ok(Vec::new()));
    assert_eq!(level(&ledger, "a.zip"), Some(Verified), "the one on the target stays known");
}
