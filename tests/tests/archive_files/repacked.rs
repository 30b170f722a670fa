//! Backups that other programs packed again, and what is left of damaged ones.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use desk_archive::{Cleaned, InspectOptions, Kind, LossKind, NameHash, Salvaged};
use desk_core::Code;
use desk_core::envelope::{accounts_in_backup, revealed, settings_in_backup};
use desk_core::jobs::Outcome;
use desk_tests::archive_builder::{Archive, Backup, Entry};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::looking::{damage, file, look, look_at, warnings};

const EMAIL: &str = "admin@example.org";

fn fixture(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).join(name)
}

fn clean(from: &Path, to: &Path, password: Option<&str>) -> desk_core::Result<Cleaned> {
    let password = password.map(SecretString::from);
    desk_archive::clean(from, to, password.as_ref(), &CancellationToken::new()).map(done)
}

pub fn salvage(from: &Path, to: &Path) -> desk_core::Result<Salvaged> {
    desk_archive::salvage(from, to, &CancellationToken::new()).map(done)
}

fn done<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(done) => done,
        other => panic!("nobody stopped it: {other:?}"),
    }
}

/// The backup packed again by another program.
fn packed(options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in Backup::sample(6, 2).archive().entries {
        writer.start_file(String::from_utf8(entry.name).expect("text"), options).expect("started");
        writer.write_all(&entry.content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

fn assert_whole(path: &Path) {
    let report = look(path, &InspectOptions::default());
    assert!(report.intact && report.server.import.accepts, "{:?}", damage(&report));
    assert_eq!(report.kind, Some(Kind::Complete));
}

#[test]
fn attachments_with_backslash_names_are_found_and_kept_when_cleaned() {
    let report = look(&fixture("cases/zip_backslash.zip"), &InspectOptions::default());
    assert_eq!((report.attachments.present, report.kind), (6, Some(Kind::Complete)));
    assert!(!report.server.import.accepts);
    assert!(warnings(&report).contains(&"backslash-names"));

    let folder = tempfile::tempdir().expect("a folder");
    let cleaned =
        clean(&fixture("cases/zip_backslash.zip"), &folder.path().join("c.zip"), None).expect("kept");
    assert_eq!((cleaned.removed, cleaned.not_kept), (Vec::<String>::new(), Vec::<String>::new()));
    assert_whole(&cleaned.path);
}

#[test]
fn a_body_under_an_unknown_name_is_listed_as_not_kept() {
    let mut archive = Backup::sample(4, 2).archive();
    archive.entry("attachments/cipher-1/attachment-1.bin").name = b"files/attachment-1.bin".to_vec();
    let (folder, path) = file("renamed.zip", &archive.build());
    let cleaned = clean(&path, &folder.path().join("c.zip"), None).expect("the rest is kept");
    assert_eq!(cleaned.not_kept, ["attachments/cipher-1/attachment-1.bin"]);
}

#[test]
fn other_compression_methods_are_no_damage_and_are_repacked() {
    for method in [CompressionMethod::Bzip2, CompressionMethod::Lzma, CompressionMethod::Zstd] {
        let options = SimpleFileOptions::default().compression_method(method);
        // The writer has no LZMA; another program's file has.
        let bytes = match method {
            CompressionMethod::Lzma => std::fs::read(fixture("cases/zip_lzma.zip")).expect("read"),
            _ => packed(options),
        };
        let (folder, path) = file("packed.zip", &bytes);
        let report = look(&path, &InspectOptions::default());
        assert_eq!(damage(&report), Vec::<String>::new(), "{method:?}");
        assert!(warnings(&report).contains(&"packed-otherwise") && !report.server.import.accepts);
        let cleaned = clean(&path, &folder.path().join("c.zip"), None).expect("it is packed again");
        assert_eq!(cleaned.not_kept, Vec::<String>::new());
        assert_whole(&cleaned.path);
    }
}

#[test]
fn a_password_is_asked_for_and_opens_the_archive_when_cleaned() {
    let report = look(&fixture("cases/zip_password.zip"), &InspectOptions::default());
    assert_eq!(damage(&report), Vec::<String>::new());
    assert!(warnings(&report).contains(&"password-protected") && !report.server.import.accepts);
    let error = accounts_in_backup(&fixture("cases/zip_password.zip")).expect_err("it is protected");
    assert_eq!(error.kind(), "rows-protected");

    let options = SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, "zip secret");
    let (folder, path) = file("aes.zip", &packed(options));
    assert_eq!(damage(&look(&path, &InspectOptions::default())), Vec::<String>::new());
    let to = folder.path().join("c.zip");
    let without = clean(&path, &to, None).expect_err("a password is needed");
    assert_eq!(without.kind(), "archive-password-needed");
    assert_eq!(clean(&path, &to, Some("wrong")).expect_err("not it").code(), Code::WrongSecret);
    assert!(!to.exists(), "nothing half-written is left");
    assert_whole(&clean(&path, &to, Some("zip secret")).expect("it opens").path);
}

/// A recorded backup whose settings can be opened, its rows as its last entry.
pub fn recorded() -> Archive {
    let file = std::fs::File::open(fixture("archives/remote-backup.zip")).expect("a fixture");
    let mut zip = zip::ZipArchive::new(file).expect("a ZIP");
    let mut archive = Archive::default();
    for name in ["manifest.json", "db.json"] {
        let mut content = Vec::new();
        zip.by_name(name).expect("there").read_to_end(&mut content).expect("read");
        archive.entries.push(Entry::new(name, content));
    }
    archive
}

pub fn opens(bytes: &[u8]) {
    let (_folder, path) = file("backup.zip", bytes);
    let password = SecretString::from("correct horse battery staple");
    let settings = settings_in_backup(&path, EMAIL, &password).expect("they open");
    assert_eq!(revealed(&settings).expect("JSON")["destinations"][0]["name"], "NAS");
    let listed = accounts_in_backup(&path).expect("they are listed");
    assert_eq!((&*listed.accounts[0].email, listed.accounts[0].has_wrap), (EMAIL, true));
}

#[test]
fn settings_open_from_truncated_and_wrapped_backups() {
    let whole = recorded().build();
    let content = recorded().content_length() as usize;
    opens(&whole);
    opens(&whole[..content]);
    // The last rows are gone too.
    opens(&whole[..content - 40]);
    let mut wrapped = recorded();
    wrapped.entries.iter_mut().for_each(|entry| entry.name.splice(..0, *b"backup/").for_each(drop));
    opens(&wrapped.build());
    let mut slashed = recorded();
    slashed.entries.iter_mut().for_each(|entry| entry.name.splice(..0, *b"backup\\").for_each(drop));
    opens(&slashed.build());
}

#[test]
fn rows_before_the_damage_are_inspected() {
    let whole = recorded().build();
    let report = look_at(&whole[..recorded().content_length() as usize - 40]);
    assert!(!report.intact && report.kind.is_none());
    assert!(report.people.iter().any(|person| person.email == EMAIL), "{:?}", report.tables);
}

#[test]
fn a_diff_says_which_side_is_damaged() {
    let (_a, before) = file("before.zip", &Backup::sample(6, 0).archive().build());
    let archive = Backup::sample(6, 0).archive();
    let bytes = archive.build();
    let (_b, after) = file("after.zip", &bytes[..archive.content_length() as usize - 30]);
    let diff = done(desk_archive::diff(&before, &after, &CancellationToken::new()).expect("both have rows"));
    assert_eq!((diff.before.damage, diff.before.is_partial), (0, false));
    assert!(diff.after.damage > 0 && diff.after.is_partial && diff.is_doubtful());

    let cut = fixture("cases/zip_cut_rows_whole.zip");
    let diff = done(desk_archive::diff(&cut, &cut, &CancellationToken::new()).expect("the rows are whole"));
    assert!(diff.after.damage > 0 && !diff.after.is_partial);
}

#[test]
fn readable_content_is_salvaged_and_the_rest_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("nodewarden_backup_20261122_191500_00000.zip");
    let salvaged = salvage(&fixture("cases/zip_cut_rows_whole.zip"), &to).expect("rows are there");
    assert!(!to.exists() && salvaged.path.ends_with("nodewarden_backup_20261122_191500-salvaged.zip"));
    assert!(salvaged.lost.iter().any(|loss| loss.what == LossKind::End));
    assert!(salvaged.lost.iter().any(|loss| loss.what == LossKind::AttachmentRow), "{:?}", salvaged.lost);
    let report = look(&salvaged.path, &InspectOptions::default());
    assert_eq!(report.name_hash, NameHash::Absent);
    assert_eq!((report.attachments.present, report.attachments.missing), (salvaged.bodies, 0));
    assert_eq!(salvaged.refusal, None, "what was saved can be imported");

    let mut archive = Backup::sample(6, 2).archive();
    archive.entry("manifest.json").crc = Some(1);
    archive.entry("attachments/cipher-0/attachment-0.bin").crc = Some(1);
    let (folder, path) = file("broken.zip", &archive.build());
    let salvaged = salvage(&path, &folder.path().join("x.zip")).expect("the rest is there");
    assert_eq!((salvaged.tables["ciphers"], salvaged.bodies), (6, 1));
    let lost: Vec<_> = salvaged.lost.iter().map(|loss| (loss.what, loss.entry.as_deref())).collect();
    assert!(lost.contains(&(LossKind::Content, Some("attachments/cipher-0/attachment-0.bin"))), "{lost:?}");

    let (folder, path) = file("nothing.zip", b"PK no rows");
    let none = salvage(&path, &folder.path().join("x.zip")).expect_err("nothing is left");
    assert_eq!(none.code(), Code::NotAnArchive);
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
}
